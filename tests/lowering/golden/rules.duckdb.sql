-- rules: Rules of all kinds; with 'quotes' -- and dashes.
-- For DuckDB, from `awmc sql`.
--
-- Not carried over:
--   Booking.check_1: ranges that do not overlap
--   Booking.is_gone_reason: its flow, a rule on updates
--   Left.right: the reference, tables that refer to each other in a circle
--   Pet.owner: ON DELETE CASCADE; the row it leads to cannot be deleted
--   Pet.sitter: ON DELETE SET NULL; the row it leads to cannot be deleted
--   case folding: by lower(), which leaves letters such as ß as they are

BEGIN;

CREATE OR REPLACE MACRO awm_contains(value, part) AS coalesce(contains(lower(value), lower(part)), false);
CREATE OR REPLACE MACRO awm_date(value) AS left(value, 10);
CREATE OR REPLACE MACRO awm_elapsed(a, b) AS CAST(epoch(CAST(a AS TIMESTAMP)) - epoch(CAST(b AS TIMESTAMP)) AS BIGINT);
CREATE OR REPLACE MACRO awm_floor(value) AS CAST(floor(value) AS BIGINT);
CREATE OR REPLACE MACRO awm_matches(value, pattern) AS coalesce(regexp_full_match(value, pattern), false);
CREATE OR REPLACE MACRO awm_modulo(a, b) AS ((a % b) + b) % b;
CREATE OR REPLACE MACRO awm_shift(value, seconds) AS left(strftime(CAST(value AS TIMESTAMP) + to_seconds(seconds), '%Y-%m-%dT%H:%M:%S'), length(value));
CREATE OR REPLACE MACRO awm_starts_with(value, part) AS coalesce(starts_with(value, part), false);
CREATE OR REPLACE MACRO awm_weekday(value) AS isodow(CAST(left(value, 10) AS DATE));
CREATE OR REPLACE MACRO awm_year(value) AS CAST(substr(value, 1, 4) AS BIGINT);
CREATE SEQUENCE "owner_id" START 4;
CREATE SEQUENCE "booking_id" START 1;
CREATE SEQUENCE "left_id" START 2;
CREATE SEQUENCE "thing_id" START 3;
CREATE SEQUENCE "pet_id" START 5;
CREATE SEQUENCE "right_id" START 2;

CREATE TABLE "kind" (
  "code" TEXT PRIMARY KEY,
  "parent" TEXT REFERENCES "kind" ("code")
);

CREATE TABLE "owner" (
  "id" BIGINT PRIMARY KEY DEFAULT nextval('"owner_id"'),
  "name" TEXT NOT NULL
);
CREATE UNIQUE INDEX "Owner.name.unique" ON "owner" ("name");

CREATE TABLE "booking" (
  "id" BIGINT PRIMARY KEY DEFAULT nextval('"booking_id"'),
  "room" BIGINT NOT NULL,
  "starts" TEXT NOT NULL,
  "ends" TEXT NOT NULL,
  "is_gone" BIGINT NOT NULL,
  "is_gone_reason" TEXT NOT NULL,
  CONSTRAINT "Booking.is_gone" CHECK ("is_gone" IN (0, 1)),
  CONSTRAINT "Booking.is_gone_reason" CHECK ("is_gone_reason" IN ('a', 'b'))
);

CREATE TABLE "left" (
  "id" BIGINT PRIMARY KEY DEFAULT nextval('"left_id"'),
  "right" BIGINT
);

-- A thing; and what holds of it.
CREATE TABLE "thing" (
  "id" BIGINT PRIMARY KEY DEFAULT nextval('"thing_id"'),
  "code" TEXT NOT NULL,
  -- What it is called
  "name" TEXT NOT NULL,
  "level" TEXT NOT NULL,
  "is_on" BIGINT NOT NULL,
  "amount" BIGINT NOT NULL,
  "ratio" DOUBLE NOT NULL,
  "tags" TEXT NOT NULL,
  "note" TEXT,
  "starts" TEXT NOT NULL,
  "ends" TEXT,
  "at" TEXT,
  "of" BIGINT REFERENCES "thing" ("id"),
  "kind" TEXT NOT NULL REFERENCES "kind" ("code"),
  CONSTRAINT "Thing.code" CHECK (awm_matches("code", '[A-Z]{2}[^a-z]-[0-9]+')),
  CONSTRAINT "Thing.name" CHECK (length("name") BETWEEN 1 AND 20),
  CONSTRAINT "Thing.level" CHECK ("level" IN ('low', 'high')),
  CONSTRAINT "Thing.is_on" CHECK ("is_on" IN (0, 1)),
  CONSTRAINT "Thing.amount" CHECK ("amount" BETWEEN 0 AND 100000),
  CONSTRAINT "Thing.ratio" CHECK ("ratio" BETWEEN 0.0 AND 1.0),
  CONSTRAINT "Thing.tags" CHECK (json_array_length("tags") BETWEEN 0 AND 2),
  CONSTRAINT "Thing.check_1" CHECK (("is_on" <> 0) = ("amount" = 0 OR NOT "note" IS NULL) OR "level" = 'low'),
  CONSTRAINT "Thing.check_2" CHECK (awm_weekday("starts") = 1 AND awm_year("starts") >= 2025),
  CONSTRAINT "Thing.check_3" CHECK ("ends" IS NULL OR "starts" <= "ends" AND awm_elapsed("ends", "starts") < 2592000),
  CONSTRAINT "Thing.check_4" CHECK ("at" IS NULL OR awm_date("at") < awm_shift("starts", 86400)),
  CONSTRAINT "Thing.check_5" CHECK (NOT awm_contains("name", 'STRAW') AND "note" IS DISTINCT FROM 'hay'),
  CONSTRAINT "Thing.check_6" CHECK (CASE WHEN "level" = 'high' THEN "ratio" > 0.0 ELSE awm_modulo(awm_floor("ratio" * 10.0), 5) = 0 END OR "note" IS NOT DISTINCT FROM 'Needle'),
  CONSTRAINT "Thing.check_7" CHECK ("of" IS DISTINCT FROM "id"),
  CONSTRAINT "Thing.check_8" CHECK (length("name") > 1 OR awm_starts_with("code", 'ABC'))
);
CREATE UNIQUE INDEX "Thing.check_9" ON "thing" ("name", "note");
CREATE UNIQUE INDEX "Thing.check_10" ON "thing" ((CASE WHEN "is_on" <> 0 AND "level" = 'high' THEN "starts" END), (CASE WHEN "is_on" <> 0 AND "level" = 'high' THEN "name" END));

CREATE TABLE "pet" (
  "id" BIGINT PRIMARY KEY DEFAULT nextval('"pet_id"'),
  "name" TEXT NOT NULL,
  "owner" BIGINT NOT NULL REFERENCES "owner" ("id"),
  "sitter" BIGINT REFERENCES "owner" ("id"),
  "vet" BIGINT REFERENCES "owner" ("id")
);

CREATE TABLE "right" (
  "id" BIGINT PRIMARY KEY DEFAULT nextval('"right_id"'),
  "left" BIGINT NOT NULL REFERENCES "left" ("id")
);

INSERT INTO "kind" ("code", "parent") VALUES
  ('k2', NULL);

INSERT INTO "kind" ("code", "parent") VALUES
  ('k1', 'k2');

INSERT INTO "owner" ("id", "name") VALUES
  (1, 'Anna'),
  (2, 'Ben'),
  (3, 'Cleo');

INSERT INTO "left" ("id", "right") VALUES
  (1, 1);

INSERT INTO "thing" ("id", "code", "name", "level", "is_on", "amount", "ratio", "tags", "note", "starts", "ends", "at", "of", "kind") VALUES
  (2, 'ABC-2', 'Ünïcode', 'low', 1, 0, 1.0, '["a","b"]', NULL, '2025-06-09', '2025-06-10', NULL, NULL, 'k2');

INSERT INTO "thing" ("id", "code", "name", "level", "is_on", "amount", "ratio", "tags", "note", "starts", "ends", "at", "of", "kind") VALUES
  (1, 'ABC-1', 'it''s \ a "thing"', 'low', 0, 1250, 0.5, '[]', 'two
lines', '2025-06-02', NULL, NULL, 2, 'k1');

INSERT INTO "pet" ("id", "name", "owner", "sitter", "vet") VALUES
  (1, 'Amy', 1, NULL, NULL),
  (2, 'Bello', 3, 2, NULL),
  (3, 'Coco', 3, NULL, NULL),
  (4, 'Dodo', 2, NULL, 3);

INSERT INTO "right" ("id", "left") VALUES
  (1, 1);

COMMIT;
