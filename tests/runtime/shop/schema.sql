CREATE TABLE awm_clock (now TEXT) STRICT;
INSERT INTO awm_clock VALUES (NULL);
CREATE TABLE awm_serial (entity TEXT NOT NULL PRIMARY KEY, next INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO awm_serial VALUES ('Ticket', 2);

CREATE TABLE "user" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "name" TEXT NOT NULL,
  "email" TEXT NOT NULL,
  "wallet" INTEGER NOT NULL CONSTRAINT "User.wallet" CHECK ("wallet" >= 0)
) STRICT;
CREATE UNIQUE INDEX "User.email.unique" ON "user" ("email");

CREATE TABLE "item" (
  "code" TEXT NOT NULL PRIMARY KEY,
  "name" TEXT NOT NULL,
  "price" INTEGER NOT NULL CONSTRAINT "Item.price" CHECK ("price" >= 1),
  "rating" REAL NOT NULL,
  "is_available" INTEGER NOT NULL CONSTRAINT "Item.is_available" CHECK ("is_available" IN (0, 1)),
  "tags" TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE "order" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "user" INTEGER NOT NULL REFERENCES "user" ("id"),
  "status" TEXT NOT NULL CONSTRAINT "Order.status" CHECK ("status" IN ('cart', 'placed', 'cancelled')),
  "placed_at" TEXT,
  "tip" INTEGER NOT NULL,
  CONSTRAINT "Order.check_1" CHECK ("status" = 'cart' OR "placed_at" IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX "Order.check_2" ON "order" ("user") WHERE "status" = 'cart';
CREATE INDEX "order.user" ON "order" ("user");
CREATE TRIGGER "Order.status.flow" BEFORE UPDATE OF "status" ON "order"
WHEN (SELECT now FROM awm_clock) IS NOT NULL AND old."status" <> new."status"
BEGIN
  SELECT RAISE(ABORT, 'too late to cancel')
  WHERE old."status" = 'placed' AND new."status" = 'cancelled'
    AND NOT (SELECT now FROM awm_clock) < awm_shift(old."placed_at", 600);
  SELECT RAISE(ABORT, 'Order.status.flow')
  WHERE (old."status", new."status") NOT IN (VALUES ('cart', 'placed'), ('placed', 'cancelled'));
END;

CREATE TABLE "order_line" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "order" INTEGER NOT NULL REFERENCES "order" ("id") ON DELETE CASCADE,
  "item" TEXT NOT NULL REFERENCES "item" ("code"),
  "quantity" INTEGER NOT NULL CONSTRAINT "OrderLine.quantity" CHECK ("quantity" BETWEEN 1 AND 20)
) STRICT;
CREATE UNIQUE INDEX "OrderLine.check_1" ON "order_line" ("order", "item");

CREATE TABLE "ticket" (
  "number" TEXT NOT NULL PRIMARY KEY,
  "subject" TEXT NOT NULL,
  "order" INTEGER REFERENCES "order" ("id") ON DELETE SET NULL,
  "opened_at" TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX "ticket.order" ON "ticket" ("order");
