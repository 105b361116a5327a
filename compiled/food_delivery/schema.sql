-- The time of the call, for guards that read it; NULL while rows are put back, which no trigger may stop.
CREATE TABLE awm_clock (
  now TEXT
) STRICT;
INSERT INTO awm_clock VALUES (NULL);

-- The next number of each entity whose key is a serial.
CREATE TABLE awm_serial (
  entity TEXT NOT NULL PRIMARY KEY,
  next INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE user (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  wallet INTEGER NOT NULL CONSTRAINT "User.wallet" CHECK (wallet >= 0)
) STRICT;
CREATE UNIQUE INDEX "User.email.unique" ON user(email);

CREATE TABLE address (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user INTEGER NOT NULL REFERENCES user (id),
  label TEXT NOT NULL CONSTRAINT "Address.label" CHECK (length(label) BETWEEN 1 AND 30),
  street TEXT NOT NULL,
  city TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX "Address.check_1" ON address(user, label);

-- A kitchen that takes orders.
CREATE TABLE restaurant (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  cuisine TEXT NOT NULL CONSTRAINT "Restaurant.cuisine" CHECK (cuisine IN ('italian', 'chinese', 'indian', 'mexican', 'vegan')),
  rating REAL NOT NULL CONSTRAINT "Restaurant.rating" CHECK (rating BETWEEN 0.0 AND 5.0),
  is_open INTEGER NOT NULL CONSTRAINT "Restaurant.is_open" CHECK (is_open IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX "Restaurant.name.unique" ON restaurant(name);

CREATE TABLE menu_item (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  restaurant INTEGER NOT NULL REFERENCES restaurant (id),
  name TEXT NOT NULL,
  price INTEGER NOT NULL CONSTRAINT "MenuItem.price" CHECK (price >= 1),
  is_available INTEGER NOT NULL CONSTRAINT "MenuItem.is_available" CHECK (is_available IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX "MenuItem.check_1" ON menu_item(restaurant, name);

CREATE TABLE "order" (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user INTEGER NOT NULL REFERENCES user (id),
  restaurant INTEGER NOT NULL REFERENCES restaurant (id),
  address INTEGER REFERENCES address (id),
  status TEXT NOT NULL CONSTRAINT "Order.status" CHECK (status IN ('cart', 'placed', 'preparing', 'delivering', 'delivered', 'cancelled')),
  placed_at TEXT,
  tip INTEGER NOT NULL CONSTRAINT "Order.tip" CHECK (tip BETWEEN 0 AND 5000),
  CONSTRAINT "Order.check_1" CHECK (status = 'cart' OR placed_at IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX "Order.check_2" ON "order"(user) WHERE status = 'cart';
CREATE INDEX "Order.user" ON "order"(user);
CREATE INDEX "Order.restaurant" ON "order"(restaurant);
CREATE INDEX "Order.address" ON "order"(address);

CREATE TRIGGER "Order.status" BEFORE UPDATE OF status ON "order"
WHEN OLD.status IS NOT NEW.status AND (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Order.status cannot go from ' || OLD.status || ' to ' || NEW.status)
  WHERE NOT (OLD.status = 'cart' AND NEW.status IN ('placed') OR OLD.status = 'placed' AND NEW.status IN ('preparing', 'cancelled') OR OLD.status = 'preparing' AND NEW.status IN ('delivering') OR OLD.status = 'delivering' AND NEW.status IN ('delivered')) IS TRUE;
  SELECT RAISE(ABORT, 'too late to cancel')
  WHERE OLD.status = 'placed' AND NEW.status IN ('cancelled') AND NOT (OLD.placed_at IS NOT NULL AND (SELECT now FROM awm_clock) < awm_shift(OLD.placed_at, awm_minutes(10)));
END;

CREATE TABLE order_line (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  "order" INTEGER NOT NULL REFERENCES "order" (id),
  item INTEGER NOT NULL REFERENCES menu_item (id),
  quantity INTEGER NOT NULL CONSTRAINT "OrderLine.quantity" CHECK (quantity BETWEEN 1 AND 20),
  unit_price INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX "OrderLine.check_1" ON order_line("order", item);
CREATE INDEX "OrderLine.item" ON order_line(item);
