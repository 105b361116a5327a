"""How the tasks of airline are graded: SQL over the state now, and over `old`, that at the start."""

from awmlang.runtime.checks import Answer, Expect, Task

BOOK_WITH_CONNECTION = Task(
    expects=(
        Expect(
            "one insured trip with three free bags",
            """
SELECT (
  SELECT count(*)
  FROM reservation
  WHERE NOT EXISTS(
    SELECT 1
    FROM old.reservation AS other
    WHERE other.reservation_id = reservation.reservation_id
  )
    AND reservation.user = 'nora_bergstrom_4172'
    AND reservation.origin = 'BWI'
    AND reservation.destination = 'SAN'
    AND reservation.flight_type = 'one_way'
    AND reservation.cabin = 'economy'
    AND reservation.insurance = 'yes'
    AND reservation.total_baggages = 3
    AND reservation.nonfree_baggages = 0
) = 1
""",
            weight=1,
        ),
        Expect(
            "by way of Salt Lake City",
            """
SELECT EXISTS(
  SELECT 1
  FROM reservation_flight
  WHERE NOT EXISTS(
    SELECT 1 FROM old.reservation_flight AS other WHERE other.id = reservation_flight.id
  )
    AND reservation_flight.flight = 'LRK120'
    AND reservation_flight.date = '2024-05-20'
)
  AND EXISTS(
    SELECT 1
    FROM reservation_flight AS reservation_flight_2
    WHERE NOT EXISTS(
      SELECT 1
      FROM old.reservation_flight AS other_2
      WHERE other_2.id = reservation_flight_2.id
    )
      AND reservation_flight_2.flight = 'LRK131'
      AND reservation_flight_2.date = '2024-05-20'
  )
""",
            weight=1,
        ),
        Expect(
            "Nora flies",
            """
SELECT EXISTS(
  SELECT 1
  FROM passenger
  WHERE NOT EXISTS(SELECT 1 FROM old.passenger AS other WHERE other.id = passenger.id)
    AND passenger.first_name = 'Nora'
    AND passenger.last_name = 'Bergstrom'
    AND passenger.dob = (
      SELECT user.dob FROM user WHERE user.user_id = 'nora_bergstrom_4172'
    )
)
""",
            weight=1,
        ),
        Expect(
            "Edvin flies",
            """
SELECT EXISTS(
  SELECT 1
  FROM passenger
  WHERE NOT EXISTS(SELECT 1 FROM old.passenger AS other WHERE other.id = passenger.id)
    AND passenger.first_name = 'Edvin'
    AND passenger.last_name = 'Bergstrom'
    AND passenger.dob = '2012-08-17'
)
""",
            weight=1,
        ),
        Expect(
            "certificate first, then the card",
            """
SELECT EXISTS(
  SELECT 1
  FROM old.payment_method AS payment_method
  WHERE NOT EXISTS(
    SELECT 1 FROM payment_method AS other WHERE other.id = payment_method.id
  )
    AND payment_method.payment_id = 'certificate_5120447'
)
  AND EXISTS(
    SELECT 1
    FROM payment
    WHERE NOT EXISTS(SELECT 1 FROM old.payment AS other_2 WHERE other_2.id = payment.id)
      AND payment.payment_id = 'certificate_5120447'
      AND payment.amount = 300
  )
  AND EXISTS(
    SELECT 1
    FROM payment AS payment_2
    WHERE NOT EXISTS(SELECT 1 FROM old.payment AS other_3 WHERE other_3.id = payment_2.id)
      AND payment_2.payment_id = 'credit_card_9930175'
      AND payment_2.amount = 280
  )
""",
            weight=2,
        ),
    ),
    answers=(),
    allowed=(),
)

A_DAY_EARLIER = Task(
    expects=(
        Expect(
            "still economy, there and back",
            """
SELECT (
  SELECT reservation.cabin FROM reservation WHERE reservation.reservation_id = 'T7K2QD'
) = 'economy'
  AND (
    SELECT count(*)
    FROM reservation_flight
    WHERE reservation_flight.reservation = 'T7K2QD'
  ) = 2
""",
            weight=1,
        ),
        Expect(
            "a day earlier, at today's fare",
            """
SELECT EXISTS(
  SELECT 1
  FROM reservation_flight
  WHERE reservation_flight.reservation = 'T7K2QD'
    AND reservation_flight.flight = 'LRK110'
    AND reservation_flight.date = '2024-05-18'
    AND reservation_flight.price = (SELECT fare.price FROM fare WHERE fare.id = 5)
)
""",
            weight=1,
        ),
        Expect(
            "the way back is as it was",
            """
SELECT EXISTS(
  SELECT 1
  FROM reservation_flight
  WHERE reservation = 'T7K2QD'
    AND flight = 'LRK111'
    AND date = '2024-05-22'
    AND price = 154
)
""",
            weight=1,
        ),
        Expect(
            "32 dollars go to the gift card",
            """
SELECT (
  SELECT awm_only(count(*), min(amount))
  FROM payment_method
  WHERE user = 'tomas_quintero_8035' AND payment_id = 'gift_card_6614820'
) IS 9700
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

ONE_OF_TWO = Task(
    expects=(
        Expect(
            "the business trip is cancelled and paid back",
            """
SELECT (
  SELECT reservation.status FROM reservation WHERE reservation.reservation_id = 'G4M8XR'
) IS 'cancelled'
  AND (
    SELECT (
      SELECT coalesce(sum(payment.amount), 0)
      FROM payment
      WHERE payment.reservation = reservation_2.reservation_id
    )
    FROM reservation AS reservation_2
    WHERE reservation_2.reservation_id = 'G4M8XR'
  ) = 0
""",
            weight=1,
        ),
        Expect(
            "the basic economy trip stands",
            """
SELECT (
  SELECT reservation.status FROM reservation WHERE reservation.reservation_id = 'G7B2NE'
) IS NULL
  AND (
    SELECT (
      SELECT coalesce(sum(payment.amount), 0)
      FROM payment
      WHERE payment.reservation = reservation_2.reservation_id
    )
    FROM reservation AS reservation_2
    WHERE reservation_2.reservation_id = 'G7B2NE'
  ) = 69
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

DRUMS_TO_NEW_ORLEANS = Task(
    expects=(
        Expect(
            "four bags, two of them free",
            """
SELECT (
  SELECT reservation.total_baggages
  FROM reservation
  WHERE reservation.reservation_id = 'P3W9LC'
) = 4
  AND (
    SELECT reservation_2.nonfree_baggages
    FROM reservation AS reservation_2
    WHERE reservation_2.reservation_id = 'P3W9LC'
  ) = 2
""",
            weight=1,
        ),
        Expect(
            "two bags are charged",
            """
SELECT (
  SELECT (
    SELECT coalesce(sum(payment.amount), 0)
    FROM payment
    WHERE payment.reservation = reservation.reservation_id
  )
  FROM reservation
  WHERE reservation.reservation_id = 'P3W9LC'
) = (
  SELECT (
    SELECT coalesce(sum(payment_2.amount), 0)
    FROM old.payment AS payment_2
    WHERE payment_2.reservation = reservation_2.reservation_id
  )
  FROM old.reservation AS reservation_2
  WHERE reservation_2.reservation_id = 'P3W9LC'
) + 100
""",
            weight=1,
        ),
        Expect(
            "the gift card pays",
            """
SELECT (
  SELECT awm_only(count(*), min(amount))
  FROM payment_method
  WHERE user = 'piet_vandam_9027' AND payment_id = 'gift_card_5589341'
) IS 4000
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

DALIA_INSTEAD = Task(
    expects=(
        Expect(
            "Dalia flies",
            """
SELECT EXISTS(
  SELECT 1
  FROM passenger
  WHERE reservation = 'L6F1ZA'
    AND first_name = 'Dalia'
    AND last_name = 'Nasser'
    AND dob = '1990-02-11'
)
""",
            weight=1,
        ),
        Expect(
            "Leila still flies",
            """
SELECT EXISTS(
  SELECT 1
  FROM passenger
  WHERE passenger.reservation = 'L6F1ZA'
    AND passenger.first_name = 'Leila'
    AND passenger.last_name = 'Farouk'
    AND passenger.dob = (
      SELECT user.dob FROM user WHERE user.user_id = 'leila_farouk_3384'
    )
)
""",
            weight=1,
        ),
        Expect(
            "Karim does not",
            """
SELECT NOT EXISTS(
  SELECT 1
  FROM passenger
  WHERE passenger.reservation = 'L6F1ZA' AND passenger.first_name = 'Karim'
)
  AND (
    SELECT count(*) FROM passenger AS passenger_2 WHERE passenger_2.reservation = 'L6F1ZA'
  ) = 2
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

TOO_LATE_FOR_HANA = Task(
    expects=(
        Expect(
            "",
            "SELECT :unchanged",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

BOOKED_THIS_MORNING = Task(
    expects=(
        Expect(
            "booked less than a day ago, so it is cancelled",
            "SELECT (SELECT status FROM reservation WHERE reservation_id = 'H3J6WN') IS 'cancelled'",
            weight=1,
        ),
        Expect(
            "each payment comes back the way it came",
            """
SELECT (
  SELECT coalesce(sum(payment.amount), 0)
  FROM payment
  WHERE payment.reservation = 'H3J6WN' AND payment.payment_id = 'gift_card_2943308'
) = 0
  AND (
    SELECT coalesce(sum(payment_2.amount), 0)
    FROM payment AS payment_2
    WHERE payment_2.reservation = 'H3J6WN'
      AND payment_2.payment_id = 'credit_card_1902643'
  ) = 0
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

ILL_IN_RALEIGH = Task(
    expects=(
        Expect(
            "insurance covers an illness",
            """
SELECT (
  SELECT reservation.status FROM reservation WHERE reservation.reservation_id = 'P3W9LC'
) IS 'cancelled'
  AND (
    SELECT (
      SELECT coalesce(sum(payment.amount), 0)
      FROM payment
      WHERE payment.reservation = reservation_2.reservation_id
    )
    FROM reservation AS reservation_2
    WHERE reservation_2.reservation_id = 'P3W9LC'
  ) = 0
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

STRANDED_IN_TAMPA = Task(
    expects=(
        Expect(
            "100 dollars for each of the two",
            """
SELECT (
  SELECT count(*)
  FROM payment_method
  WHERE NOT EXISTS(
    SELECT 1 FROM old.payment_method AS other WHERE other.id = payment_method.id
  )
    AND payment_method.user = 'ines_okafor_2916'
    AND payment_method.source = 'certificate'
    AND payment_method.amount IS 20000
) = 1
""",
            weight=1,
        ),
        Expect(
            "nothing is cancelled",
            "SELECT (SELECT status FROM reservation WHERE reservation_id = 'I5C1DL') IS NULL",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

LATE_TO_PITTSBURGH = Task(
    expects=(
        Expect(
            "business can be cancelled",
            """
SELECT (
  SELECT reservation.status FROM reservation WHERE reservation.reservation_id = 'L2V8QH'
) IS 'cancelled'
  AND (
    SELECT (
      SELECT coalesce(sum(payment.amount), 0)
      FROM payment
      WHERE payment.reservation = reservation_2.reservation_id
    )
    FROM reservation AS reservation_2
    WHERE reservation_2.reservation_id = 'L2V8QH'
  ) = 0
""",
            weight=1,
        ),
        Expect(
            "50 dollars for each of the two",
            """
SELECT (
  SELECT count(*)
  FROM payment_method
  WHERE NOT EXISTS(
    SELECT 1 FROM old.payment_method AS other WHERE other.id = payment_method.id
  )
    AND payment_method.user = 'leila_farouk_3384'
    AND payment_method.source = 'certificate'
    AND payment_method.amount IS 10000
) = 1
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

BUSINESS_FOR_THE_DRUMS = Task(
    expects=(
        Expect(
            "business it is",
            "SELECT (SELECT cabin FROM reservation WHERE reservation_id = 'P3W9LC') = 'business'",
            weight=1,
        ),
        Expect(
            "on the same flight",
            """
SELECT EXISTS(
  SELECT 1
  FROM reservation_flight
  WHERE reservation_flight.reservation = 'P3W9LC'
    AND reservation_flight.flight = 'LRK150'
    AND reservation_flight.date = '2024-05-22'
    AND reservation_flight.price = 304
)
  AND (
    SELECT count(*)
    FROM reservation_flight AS reservation_flight_2
    WHERE reservation_flight_2.reservation = 'P3W9LC'
  ) = 1
""",
            weight=1,
        ),
        Expect(
            "the card pays the difference",
            """
SELECT EXISTS(
  SELECT 1
  FROM payment
  WHERE NOT EXISTS(SELECT 1 FROM old.payment AS other WHERE other.id = payment.id)
    AND payment.reservation = 'P3W9LC'
    AND payment.payment_id = 'credit_card_4456219'
    AND payment.amount = 304 - 127
)
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

ALREADY_FLOWN = Task(
    expects=(
        Expect(
            "a human takes over",
            "SELECT :called_transfer_to_human_agents",
            weight=1,
        ),
        Expect(
            "the trip is not cancelled",
            """
SELECT (
  SELECT reservation.status FROM reservation WHERE reservation.reservation_id = 'L9D3KX'
) IS NULL
  AND (
    SELECT (
      SELECT coalesce(sum(payment.amount), 0)
      FROM payment
      WHERE payment.reservation = reservation_2.reservation_id
    )
    FROM reservation AS reservation_2
    WHERE reservation_2.reservation_id = 'L9D3KX'
  ) = 133
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

ANOTHER_DATE_IN_BASIC = Task(
    expects=(
        Expect(
            "",
            "SELECT :unchanged",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

ONE_MORE_TO_TAMPA = Task(
    expects=(
        Expect(
            "",
            "SELECT :unchanged",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

HOW_MANY_BAGS = Task(
    expects=(),
    answers=(
        Answer(
            None,
            "int",
            "SELECT 3 * (SELECT count(*) FROM passenger WHERE reservation = 'I2N5VB')",
        ),
    ),
    allowed=(),
)

CHEAPEST_BUSINESS = Task(
    expects=(),
    answers=(
        Answer(
            None,
            "int",
            """
SELECT coalesce(
  (
    SELECT min(fare.price)
    FROM fare
    JOIN flight_day AS day ON day.id = fare.day
    JOIN flight ON flight.flight_number = day.flight
    WHERE flight.origin = 'BWI'
      AND flight.destination = 'SLC'
      AND day.date = '2024-05-20'
      AND fare.cabin = 'business'
      AND fare.available_seats > 0
  ),
  0
)
""",
        ),
    ),
    allowed=(),
)

HOW_IS_MY_FLIGHT = Task(
    expects=(),
    answers=(
        Answer(
            None,
            "enum",
            "SELECT status FROM flight_day WHERE id = :d",
        ),
    ),
    allowed=(),
)

WHAT_IT_COST = Task(
    expects=(),
    answers=(
        Answer(
            "dollars",
            "int",
            """
SELECT awm_whole((
  SELECT coalesce(sum(payment.amount), 0)
  FROM payment
  WHERE payment.reservation = r.reservation_id
))
FROM reservation AS r
WHERE r.reservation_id = :r
""",
        ),
        Answer(
            "people",
            "int",
            "SELECT (SELECT count(*) FROM passenger WHERE reservation = :r)",
        ),
    ),
    allowed=(),
)

TASKS = {
    "book_with_connection": BOOK_WITH_CONNECTION,
    "a_day_earlier": A_DAY_EARLIER,
    "one_of_two": ONE_OF_TWO,
    "drums_to_new_orleans": DRUMS_TO_NEW_ORLEANS,
    "dalia_instead": DALIA_INSTEAD,
    "too_late_for_hana": TOO_LATE_FOR_HANA,
    "booked_this_morning": BOOKED_THIS_MORNING,
    "ill_in_raleigh": ILL_IN_RALEIGH,
    "stranded_in_tampa": STRANDED_IN_TAMPA,
    "late_to_pittsburgh": LATE_TO_PITTSBURGH,
    "business_for_the_drums": BUSINESS_FOR_THE_DRUMS,
    "already_flown": ALREADY_FLOWN,
    "another_date_in_basic": ANOTHER_DATE_IN_BASIC,
    "one_more_to_tampa": ONE_MORE_TO_TAMPA,
    "how_many_bags": HOW_MANY_BAGS,
    "cheapest_business": CHEAPEST_BUSINESS,
    "how_is_my_flight": HOW_IS_MY_FLIGHT,
    "what_it_cost": WHAT_IT_COST,
}
