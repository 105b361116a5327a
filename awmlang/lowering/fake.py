"""Made-up people, places and words for ``fake(kind)``, from small lists."""

from __future__ import annotations

from collections.abc import Callable

from awmlang.lowering.draws import Draws

_FIRST = (
    "Ada Aisha Alan Amara Anders Anita Beatriz Ben Carla Chen Clara Daniel Diego Elena Elif Emil Esther Farid "
    "Fatima Felix Grace Hana Hugo Ines Isaac Ivan Jamal Jana Julia Kai Karim Laila Lars Leo Lucia Malik Maria "
    "Marta Mei Mira Nadia Noah Nora Olga Omar Pavel Priya Rafael Rosa Ruth Samir Sara Sofia Tariq Theo Tomas Uma "
    "Vera Victor Wei Yara Yusuf Zoe"
).split()
_LAST = (
    "Abbas Adler Ahmed Almeida Andersson Bauer Becker Bianchi Brandt Carvalho Castro Chen Costa Diaz Dubois Eriksen "
    "Evans Fischer Fontana Garcia Goldberg Gupta Haas Hansen Ibrahim Ito Jansen Johnson Kaya Keller Khan Kim Kovacs "
    "Larsen Lehmann Lopez Marino Martin Mbeki Meyer Moreau Nakamura Novak Okafor Olsen Ortiz Park Patel Petrov Quinn "
    "Ramos Reyes Rossi Sato Schmidt Silva Singh Suzuki Tanaka Torres Vargas Wagner Walker Weber Wong Young Zhang"
).split()
_STREET = (
    "Acorn Ash Bay Birch Bridge Canal Castle Cedar Chapel Cherry Church Elm Fern Field Forest Garden Grove Harbor "
    "Hazel High Hill Juniper Lake Laurel Lime Linden Main Maple Market Meadow Mill Oak Orchard Park Pine Queen River "
    "Rose School Spring Station Sunset Valley Victoria Walnut Willow"
).split()
_WAY = "Street Avenue Road Lane Drive Way".split()
_CITY = (
    "Ashford Bellmont Brookfield Clearwater Crestview Eastport Elmwood Fairview Glenwood Greenville Harborview "
    "Hillcrest Kingsbridge Lakeside Linfield Maplewood Milton Northgate Oakdale Pinehurst Redwood Riverton Rockport "
    "Southwick Springdale Stonebridge Westbrook Whitfield Windham Woodbury"
).split()
_COUNTRY = (
    "Argentina Australia Austria Belgium Brazil Canada Chile Denmark Egypt Finland France Germany Ghana India Ireland "
    "Italy Japan Kenya Mexico Morocco Netherlands Nigeria Norway Peru Poland Portugal Spain Sweden Switzerland Vietnam"
).split()
_COMPANY = (
    "Acme Alpine Amber Anchor Apex Arbor Atlas Aurora Beacon Bluebird Bright Cascade Cobalt Compass Copper Crescent "
    "Delta Ember Evergreen Falcon Harbor Horizon Juniper Keystone Lark Lumen Maple Meridian Northwind Orchid Pioneer "
    "Quartz Ridge Sable Silver Summit Tidal Vertex Willow Zenith"
).split()
_TRADE = "Analytics Books Catering Designs Foods Goods Holdings Labs Logistics Partners Studio Supplies Systems Works".split()
_PRODUCT = "backpack bottle chair clock desk jacket jar keyboard lamp mug notebook pillow rug scarf table tent towel".split()
_SIGN = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that look alike
_COLOR = "amber black blue brown coral gold green gray indigo ivory orange pink purple red silver teal violet white yellow".split()
_WORD = (
    "able again ahead bread bright calm carry clear cloud coast cold dance deep early earth easy evening fair fast "
    "field fine fire first fold fresh gentle glass good grain green happy harbor heavy hill home honest island kind "
    "lake late leaf light little long market meadow mild moon morning narrow new night north old open paper path "
    "plain quiet rain ready river road round salt sea short silver simple small snow soft song south spring star "
    "steady stone story strong summer sun sweet table tall thin time tree turn warm water wide wind winter wood world"
).split()


def _words(draws: Draws, count: int) -> str:
    return " ".join(draws.pick(_WORD) for _ in range(count)).capitalize()


_KINDS: dict[str, Callable[[Draws], str]] = {
    "name": lambda draws: f"{draws.pick(_FIRST)} {draws.pick(_LAST)}",
    "first_name": lambda draws: draws.pick(_FIRST),
    "last_name": lambda draws: draws.pick(_LAST),
    "email": lambda draws: f"{draws.pick(_FIRST)}.{draws.pick(_LAST)}{draws.below(900) + 100}@example.com".lower(),
    "phone": lambda draws: f"+1 555 01{draws.below(100):02} {draws.below(10000):04}",
    "street": lambda draws: f"{draws.below(998) + 1} {draws.pick(_STREET)} {draws.pick(_WAY)}",
    "city": lambda draws: draws.pick(_CITY),
    "country": lambda draws: draws.pick(_COUNTRY),
    "company": lambda draws: f"{draws.pick(_COMPANY)} {draws.pick(_TRADE)}",
    "word": lambda draws: draws.pick(_WORD),
    "sentence": lambda draws: f"{_words(draws, 6 + draws.below(7))}.",
    "paragraph": lambda draws: " ".join(f"{_words(draws, 6 + draws.below(7))}." for _ in range(3)),
    "title": lambda draws: _words(draws, 2 + draws.below(3)),
    "product": lambda draws: f"{draws.pick(_WORD).capitalize()} {draws.pick(_PRODUCT)}",
    "color": lambda draws: draws.pick(_COLOR),
    "url": lambda draws: f"https://{draws.pick(_WORD)}-{draws.pick(_WORD)}.example.com",
    "code": lambda draws: "".join(draws.pick(_SIGN) for _ in range(8)),
}

KINDS = tuple(_KINDS)


def fake(kind: str, draws: Draws) -> str:
    """A text of one of ``KINDS``."""
    return _KINDS[kind](draws)
