"""Statistics of large tables, without which SQLite takes an index for better than it is."""

from tests.lowering.worlds import rows, world_of

SPEC = """
entity Order { day: date  customer: int }
tool orders(day: date, customer: int) { "Orders." return Order where .day == day and .customer == customer { id } }
generate Order N { day = "2025-06-02", customer = n }
"""


def test_large_tables_have_statistics_and_small_ones_have_none():
    large = world_of(SPEC.replace("N", "1000") + "entity Note { n: int } generate Note 999 { n = n }")
    assert rows(large, "SELECT DISTINCT tbl FROM sqlite_stat1") == [("order",)]


def test_the_index_that_finds_fewer_rows_is_taken():
    asked = """EXPLAIN QUERY PLAN SELECT id FROM "order" WHERE day = '2025-06-02' AND customer = 7"""
    ((*_, plan),) = rows(world_of(SPEC.replace("N", "1000")), asked)
    assert "customer" in plan
