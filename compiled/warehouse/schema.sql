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

CREATE TABLE site (
  code TEXT PRIMARY KEY NOT NULL CONSTRAINT "Site.code" CHECK (awm_matches(code, '[A-Z]{3}')),
  name TEXT NOT NULL,
  opens TEXT NOT NULL,
  closes TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX "Site.name.unique" ON site(name);

CREATE TABLE zone (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site TEXT NOT NULL REFERENCES site (code),
  name TEXT NOT NULL CONSTRAINT "Zone.name" CHECK (length(name) BETWEEN 1 AND 30),
  kind TEXT NOT NULL CONSTRAINT "Zone.kind" CHECK (kind IN ('receiving', 'storage', 'picking', 'quarantine')),
  storage TEXT NOT NULL CONSTRAINT "Zone.storage" CHECK (storage IN ('ambient', 'cold', 'hazardous'))
) STRICT;
CREATE UNIQUE INDEX "Zone.check_1" ON zone(site, name);

-- A shelf, a floor place, a cage.
CREATE TABLE bin (
  code TEXT PRIMARY KEY NOT NULL CONSTRAINT "Bin.code" CHECK (awm_matches(code, '[NS]-[A-Z]{1,2}-[0-9]{2}')),
  zone INTEGER NOT NULL REFERENCES zone (id),
  -- Litres
  capacity_l INTEGER NOT NULL CONSTRAINT "Bin.capacity_l" CHECK (capacity_l BETWEEN 1 AND 20000),
  is_blocked INTEGER NOT NULL CONSTRAINT "Bin.is_blocked" CHECK (is_blocked IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX "Bin.zone" ON bin(zone);

CREATE TABLE product (
  sku TEXT PRIMARY KEY NOT NULL CONSTRAINT "Product.sku" CHECK (awm_matches(sku, '[A-Z]{3}-[0-9]{3}')),
  name TEXT NOT NULL,
  "group" TEXT NOT NULL CONSTRAINT "Product.group" CHECK ("group" IN ('tents', 'sleeping', 'packs', 'stoves', 'fuel', 'food', 'clothing')),
  storage TEXT NOT NULL CONSTRAINT "Product.storage" CHECK (storage IN ('ambient', 'cold', 'hazardous')),
  price INTEGER NOT NULL CONSTRAINT "Product.price" CHECK (price >= 1),
  weight_g INTEGER NOT NULL CONSTRAINT "Product.weight_g" CHECK (weight_g BETWEEN 1 AND 100000),
  volume_l INTEGER NOT NULL CONSTRAINT "Product.volume_l" CHECK (volume_l BETWEEN 1 AND 1000),
  -- For each site
  reorder_at INTEGER NOT NULL CONSTRAINT "Product.reorder_at" CHECK (reorder_at >= 0),
  is_active INTEGER NOT NULL CONSTRAINT "Product.is_active" CHECK (is_active IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX "Product.name.unique" ON product(name);

-- Units of a product that came in together.
CREATE TABLE lot (
  number TEXT PRIMARY KEY NOT NULL,
  product TEXT NOT NULL REFERENCES product (sku),
  supplier INTEGER REFERENCES supplier (id),
  received_on TEXT NOT NULL,
  expires_on TEXT,
  unit_cost INTEGER NOT NULL CONSTRAINT "Lot.unit_cost" CHECK (unit_cost >= 0),
  is_blocked INTEGER NOT NULL CONSTRAINT "Lot.is_blocked" CHECK (is_blocked IN (0, 1)),
  block_reason TEXT CONSTRAINT "Lot.block_reason" CHECK (length(block_reason) BETWEEN 1 AND 200),
  CONSTRAINT "Lot.check_1" CHECK (expires_on IS NULL OR expires_on > received_on),
  CONSTRAINT "Lot.check_2" CHECK (is_blocked = (block_reason IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX "Lot.product" ON lot(product);
CREATE INDEX "Lot.supplier" ON lot(supplier);

-- Units of a lot in a bin.
CREATE TABLE stock (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  bin TEXT NOT NULL REFERENCES bin (code),
  lot TEXT NOT NULL REFERENCES lot (number),
  quantity INTEGER NOT NULL CONSTRAINT "Stock.quantity" CHECK (quantity BETWEEN 0 AND 100000)
) STRICT;
CREATE UNIQUE INDEX "Stock.check_1" ON stock(bin, lot);
CREATE INDEX "Stock.bin,quantity" ON stock(bin, quantity);
CREATE INDEX "Stock.lot" ON stock(lot);
CREATE INDEX "Stock.quantity" ON stock(quantity);

CREATE TABLE worker (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  badge TEXT NOT NULL CONSTRAINT "Worker.badge" CHECK (awm_matches(badge, 'W[0-9]{3}')),
  role TEXT NOT NULL CONSTRAINT "Worker.role" CHECK (role IN ('picker', 'supervisor', 'buyer')),
  site TEXT NOT NULL REFERENCES site (code),
  is_on_shift INTEGER NOT NULL CONSTRAINT "Worker.is_on_shift" CHECK (is_on_shift IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX "Worker.badge.unique" ON worker(badge);
CREATE INDEX "Worker.site" ON worker(site);

CREATE TABLE supplier (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  city TEXT NOT NULL,
  lead_days INTEGER NOT NULL CONSTRAINT "Supplier.lead_days" CHECK (lead_days BETWEEN 1 AND 120),
  min_order INTEGER NOT NULL CONSTRAINT "Supplier.min_order" CHECK (min_order >= 0),
  rating REAL CONSTRAINT "Supplier.rating" CHECK (rating BETWEEN 0.0 AND 5.0)
) STRICT;
CREATE UNIQUE INDEX "Supplier.name.unique" ON supplier(name);

-- A product in a supplier's catalogue.
CREATE TABLE offer (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  supplier INTEGER NOT NULL REFERENCES supplier (id) ON DELETE CASCADE,
  product TEXT NOT NULL REFERENCES product (sku),
  unit_cost INTEGER NOT NULL CONSTRAINT "Offer.unit_cost" CHECK (unit_cost >= 1),
  pack_size INTEGER NOT NULL CONSTRAINT "Offer.pack_size" CHECK (pack_size BETWEEN 1 AND 1000)
) STRICT;
CREATE UNIQUE INDEX "Offer.check_1" ON offer(supplier, product);
CREATE INDEX "Offer.product" ON offer(product);

CREATE TABLE price_break (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  offer INTEGER NOT NULL REFERENCES offer (id) ON DELETE CASCADE,
  from_quantity INTEGER NOT NULL CONSTRAINT "PriceBreak.from_quantity" CHECK (from_quantity >= 2),
  unit_cost INTEGER NOT NULL CONSTRAINT "PriceBreak.unit_cost" CHECK (unit_cost >= 1)
) STRICT;
CREATE UNIQUE INDEX "PriceBreak.check_1" ON price_break(offer, from_quantity);
CREATE INDEX "PriceBreak.offer,from_quantity desc" ON price_break(offer, from_quantity DESC);

CREATE TABLE purchase_order (
  number TEXT PRIMARY KEY NOT NULL,
  supplier INTEGER NOT NULL REFERENCES supplier (id),
  site TEXT NOT NULL REFERENCES site (code),
  status TEXT NOT NULL CONSTRAINT "PurchaseOrder.status" CHECK (status IN ('draft', 'sent', 'partly_received', 'received', 'cancelled')),
  created_on TEXT NOT NULL,
  due_on TEXT,
  CONSTRAINT "PurchaseOrder.check_1" CHECK (status IN ('draft', 'cancelled') OR due_on IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX "PurchaseOrder.check_2" ON purchase_order(supplier, site) WHERE status = 'draft';
CREATE INDEX "PurchaseOrder.supplier,site" ON purchase_order(supplier, site);
CREATE INDEX "PurchaseOrder.site" ON purchase_order(site);

CREATE TRIGGER "PurchaseOrder.status" BEFORE UPDATE OF status ON purchase_order
WHEN OLD.status IS NOT NEW.status AND (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'PurchaseOrder.status cannot go from ' || OLD.status || ' to ' || NEW.status)
  WHERE NOT (OLD.status = 'draft' AND NEW.status IN ('sent', 'cancelled') OR OLD.status = 'sent' AND NEW.status IN ('partly_received', 'received', 'cancelled') OR OLD.status = 'partly_received' AND NEW.status IN ('received')) IS TRUE;
END;

CREATE TABLE purchase_line (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  "order" TEXT NOT NULL REFERENCES purchase_order (number) ON DELETE CASCADE,
  product TEXT NOT NULL REFERENCES product (sku),
  quantity INTEGER NOT NULL CONSTRAINT "PurchaseLine.quantity" CHECK (quantity BETWEEN 1 AND 100000),
  received INTEGER NOT NULL CONSTRAINT "PurchaseLine.received" CHECK (received >= 0),
  unit_cost INTEGER NOT NULL CONSTRAINT "PurchaseLine.unit_cost" CHECK (unit_cost >= 1),
  CONSTRAINT "PurchaseLine.check_1" CHECK (received <= quantity)
) STRICT;
CREATE UNIQUE INDEX "PurchaseLine.check_2" ON purchase_line("order", product);
CREATE INDEX "PurchaseLine.product" ON purchase_line(product);

CREATE TABLE customer (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  city TEXT NOT NULL,
  country TEXT NOT NULL CONSTRAINT "Customer.country" CHECK (awm_matches(country, '[A-Z]{2}')),
  credit_limit INTEGER NOT NULL CONSTRAINT "Customer.credit_limit" CHECK (credit_limit >= 0),
  is_on_hold INTEGER NOT NULL CONSTRAINT "Customer.is_on_hold" CHECK (is_on_hold IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX "Customer.name.unique" ON customer(name);

CREATE TABLE sales_order (
  number TEXT PRIMARY KEY NOT NULL,
  customer INTEGER NOT NULL REFERENCES customer (id),
  site TEXT NOT NULL REFERENCES site (code),
  priority TEXT NOT NULL CONSTRAINT "SalesOrder.priority" CHECK (priority IN ('express', 'standard', 'bulk')),
  status TEXT NOT NULL CONSTRAINT "SalesOrder.status" CHECK (status IN ('open', 'allocated', 'picking', 'picked', 'shipped', 'cancelled')),
  placed_at TEXT NOT NULL,
  ship_by TEXT NOT NULL,
  CONSTRAINT "SalesOrder.check_1" CHECK (ship_by >= date(placed_at))
) STRICT, WITHOUT ROWID;
CREATE INDEX "SalesOrder.customer" ON sales_order(customer);
CREATE INDEX "SalesOrder.site" ON sales_order(site);

CREATE TRIGGER "SalesOrder.status" BEFORE UPDATE OF status ON sales_order
WHEN OLD.status IS NOT NEW.status AND (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'SalesOrder.status cannot go from ' || OLD.status || ' to ' || NEW.status)
  WHERE NOT (OLD.status = 'open' AND NEW.status IN ('allocated', 'cancelled') OR OLD.status = 'allocated' AND NEW.status IN ('picking', 'open', 'cancelled') OR OLD.status = 'picking' AND NEW.status IN ('picked', 'allocated') OR OLD.status = 'picked' AND NEW.status IN ('shipped')) IS TRUE;
END;

CREATE TABLE sales_line (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  "order" TEXT NOT NULL REFERENCES sales_order (number) ON DELETE CASCADE,
  product TEXT NOT NULL REFERENCES product (sku),
  quantity INTEGER NOT NULL CONSTRAINT "SalesLine.quantity" CHECK (quantity BETWEEN 1 AND 5000),
  unit_price INTEGER NOT NULL CONSTRAINT "SalesLine.unit_price" CHECK (unit_price >= 0),
  discount INTEGER NOT NULL CONSTRAINT "SalesLine.discount" CHECK (discount BETWEEN 0 AND 50)
) STRICT;
CREATE UNIQUE INDEX "SalesLine.check_1" ON sales_line("order", product);
CREATE INDEX "SalesLine.product" ON sales_line(product);

-- Units that are kept for an order line, until they are picked.
CREATE TABLE allocation (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  line INTEGER NOT NULL REFERENCES sales_line (id) ON DELETE CASCADE,
  stock INTEGER NOT NULL REFERENCES stock (id),
  quantity INTEGER NOT NULL CONSTRAINT "Allocation.quantity" CHECK (quantity BETWEEN 1 AND 5000),
  pick_list TEXT REFERENCES pick_list (number) ON DELETE SET NULL,
  picked_at TEXT
) STRICT;
CREATE UNIQUE INDEX "Allocation.check_1" ON allocation(line, stock);
CREATE INDEX "Allocation.stock" ON allocation(stock);
CREATE INDEX "Allocation.pick_list" ON allocation(pick_list);

CREATE TABLE pick_list (
  number TEXT PRIMARY KEY NOT NULL,
  worker INTEGER NOT NULL REFERENCES worker (id),
  status TEXT NOT NULL CONSTRAINT "PickList.status" CHECK (status IN ('open', 'done', 'cancelled')),
  created_at TEXT NOT NULL,
  done_at TEXT,
  CONSTRAINT "PickList.check_1" CHECK ((status = 'done') = (done_at IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX "PickList.worker" ON pick_list(worker);

CREATE TRIGGER "PickList.status" BEFORE UPDATE OF status ON pick_list
WHEN OLD.status IS NOT NEW.status AND (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'PickList.status cannot go from ' || OLD.status || ' to ' || NEW.status)
  WHERE NOT (OLD.status = 'open' AND NEW.status IN ('done', 'cancelled')) IS TRUE;
END;

CREATE TABLE carrier (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  base_price INTEGER NOT NULL CONSTRAINT "Carrier.base_price" CHECK (base_price >= 0),
  kg_price INTEGER NOT NULL CONSTRAINT "Carrier.kg_price" CHECK (kg_price >= 0),
  max_kg REAL NOT NULL CONSTRAINT "Carrier.max_kg" CHECK (max_kg >= 0.0),
  transit_days INTEGER NOT NULL CONSTRAINT "Carrier.transit_days" CHECK (transit_days BETWEEN 1 AND 30),
  cut_off TEXT NOT NULL,
  countries TEXT NOT NULL,
  takes_hazardous INTEGER NOT NULL CONSTRAINT "Carrier.takes_hazardous" CHECK (takes_hazardous IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX "Carrier.name.unique" ON carrier(name);
CREATE INDEX "Carrier.cut_off" ON carrier(cut_off);

CREATE TABLE shipment (
  number TEXT PRIMARY KEY NOT NULL,
  "order" TEXT NOT NULL REFERENCES sales_order (number),
  carrier INTEGER NOT NULL REFERENCES carrier (id),
  cost INTEGER NOT NULL CONSTRAINT "Shipment.cost" CHECK (cost >= 0),
  shipped_at TEXT NOT NULL,
  arrives_on TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX "Shipment.order.unique" ON shipment("order");
CREATE INDEX "Shipment.carrier" ON shipment(carrier);

CREATE TABLE return (
  number TEXT PRIMARY KEY NOT NULL,
  "order" TEXT NOT NULL REFERENCES sales_order (number),
  reason TEXT NOT NULL CONSTRAINT "Return.reason" CHECK (length(reason) BETWEEN 1 AND 200),
  status TEXT NOT NULL CONSTRAINT "Return.status" CHECK (status IN ('announced', 'received', 'rejected')),
  announced_on TEXT NOT NULL,
  received_at TEXT,
  CONSTRAINT "Return.check_1" CHECK ((status = 'received') = (received_at IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX "Return.order" ON return("order");

CREATE TRIGGER "Return.status" BEFORE UPDATE OF status ON return
WHEN OLD.status IS NOT NEW.status AND (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Return.status cannot go from ' || OLD.status || ' to ' || NEW.status)
  WHERE NOT (OLD.status = 'announced' AND NEW.status IN ('received', 'rejected')) IS TRUE;
END;

CREATE TABLE return_line (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  rma TEXT NOT NULL REFERENCES return (number) ON DELETE CASCADE,
  line INTEGER NOT NULL REFERENCES sales_line (id),
  quantity INTEGER NOT NULL CONSTRAINT "ReturnLine.quantity" CHECK (quantity BETWEEN 1 AND 5000),
  condition TEXT CONSTRAINT "ReturnLine.condition" CHECK (condition IN ('sellable', 'damaged', 'missing'))
) STRICT;
CREATE UNIQUE INDEX "ReturnLine.check_1" ON return_line(rma, line);
CREATE INDEX "ReturnLine.line" ON return_line(line);

-- The counting of a bin.
CREATE TABLE count (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  bin TEXT NOT NULL REFERENCES bin (code),
  worker INTEGER NOT NULL REFERENCES worker (id),
  status TEXT NOT NULL CONSTRAINT "Count.status" CHECK (status IN ('open', 'counted', 'approved', 'rejected')),
  opened_at TEXT NOT NULL,
  counted_at TEXT,
  approved_by INTEGER REFERENCES worker (id),
  CONSTRAINT "Count.check_1" CHECK ((status = 'approved') = (approved_by IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX "Count.check_2" ON count(bin) WHERE status IN ('open', 'counted');
CREATE INDEX "Count.bin" ON count(bin);
CREATE INDEX "Count.worker" ON count(worker);
CREATE INDEX "Count.approved_by" ON count(approved_by);

CREATE TRIGGER "Count.status" BEFORE UPDATE OF status ON count
WHEN OLD.status IS NOT NEW.status AND (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Count.status cannot go from ' || OLD.status || ' to ' || NEW.status)
  WHERE NOT (OLD.status = 'open' AND NEW.status IN ('counted') OR OLD.status = 'counted' AND NEW.status IN ('approved', 'rejected')) IS TRUE;
END;

CREATE TABLE count_line (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  count INTEGER NOT NULL REFERENCES count (id) ON DELETE CASCADE,
  lot TEXT NOT NULL REFERENCES lot (number),
  expected INTEGER NOT NULL CONSTRAINT "CountLine.expected" CHECK (expected >= 0),
  counted INTEGER NOT NULL CONSTRAINT "CountLine.counted" CHECK (counted >= 0)
) STRICT;
CREATE UNIQUE INDEX "CountLine.check_1" ON count_line(count, lot);
CREATE INDEX "CountLine.lot" ON count_line(lot);

-- What happened to stock.
CREATE TABLE movement (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CONSTRAINT "Movement.kind" CHECK (kind IN ('receipt', 'transfer', 'pick', 'returned', 'adjustment', 'scrapped')),
  lot TEXT NOT NULL REFERENCES lot (number),
  from_bin TEXT REFERENCES bin (code),
  to_bin TEXT REFERENCES bin (code),
  quantity INTEGER NOT NULL CONSTRAINT "Movement.quantity" CHECK (quantity BETWEEN 1 AND 100000),
  moved_at TEXT NOT NULL,
  worker INTEGER REFERENCES worker (id),
  reference TEXT NOT NULL CONSTRAINT "Movement.reference" CHECK (length(reference) BETWEEN 0 AND 60),
  CONSTRAINT "Movement.check_1" CHECK (from_bin IS NOT NULL OR to_bin IS NOT NULL)
) STRICT;
CREATE INDEX "Movement.lot" ON movement(lot);
CREATE INDEX "Movement.from_bin" ON movement(from_bin);
CREATE INDEX "Movement.to_bin" ON movement(to_bin);
CREATE INDEX "Movement.moved_at desc" ON movement(moved_at DESC);
CREATE INDEX "Movement.worker" ON movement(worker);

CREATE TABLE dock (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site TEXT NOT NULL REFERENCES site (code),
  name TEXT NOT NULL CONSTRAINT "Dock.name" CHECK (length(name) BETWEEN 1 AND 20)
) STRICT;
CREATE UNIQUE INDEX "Dock.check_1" ON dock(site, name);

CREATE TABLE dock_booking (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  dock INTEGER NOT NULL REFERENCES dock (id),
  -- Who comes
  partner TEXT NOT NULL CONSTRAINT "DockBooking.partner" CHECK (length(partner) BETWEEN 1 AND 60),
  starts_at TEXT NOT NULL,
  ends_at TEXT NOT NULL,
  "order" TEXT REFERENCES purchase_order (number) ON DELETE SET NULL,
  CONSTRAINT "DockBooking.check_1" CHECK (starts_at < ends_at)
) STRICT;
CREATE INDEX "DockBooking.check_2.search" ON dock_booking(dock, starts_at);
CREATE INDEX "DockBooking.order" ON dock_booking("order");

CREATE TRIGGER "DockBooking.check_2.insert" AFTER INSERT ON dock_booking
WHEN (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'DockBooking.check_2')
  WHERE EXISTS(SELECT 1 FROM dock_booking AS other WHERE other.id <> NEW.id AND other.dock = NEW.dock AND other.starts_at < NEW.ends_at AND NEW.starts_at < other.ends_at);
END;

CREATE TRIGGER "DockBooking.check_2.update" AFTER UPDATE OF starts_at, ends_at, dock ON dock_booking
WHEN (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'DockBooking.check_2')
  WHERE EXISTS(SELECT 1 FROM dock_booking AS other WHERE other.id <> NEW.id AND other.dock = NEW.dock AND other.starts_at < NEW.ends_at AND NEW.starts_at < other.ends_at);
END;
