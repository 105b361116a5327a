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

CREATE TABLE branch (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  city TEXT NOT NULL,
  opens TEXT NOT NULL,
  closes TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX "Branch.name.unique" ON branch(name);

CREATE TABLE adviser (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  branch INTEGER NOT NULL REFERENCES branch (id),
  topics TEXT NOT NULL
) STRICT;
CREATE INDEX "Adviser.branch" ON adviser(branch);

CREATE TABLE customer (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL CONSTRAINT "Customer.name" CHECK (length(name) BETWEEN 1 AND 60),
  email TEXT NOT NULL,
  branch INTEGER NOT NULL REFERENCES branch (id),
  -- For transfers to others
  daily_limit INTEGER NOT NULL CONSTRAINT "Customer.daily_limit" CHECK (daily_limit >= 0)
) STRICT;
CREATE UNIQUE INDEX "Customer.email.unique" ON customer(email);
CREATE INDEX "Customer.branch" ON customer(branch);

CREATE TABLE product (
  code TEXT PRIMARY KEY NOT NULL CONSTRAINT "Product.code" CHECK (awm_matches(code, '[A-Z]{3}[0-9]?')),
  name TEXT NOT NULL,
  kind TEXT NOT NULL CONSTRAINT "Product.kind" CHECK (kind IN ('current', 'savings')),
  -- Percent a year
  interest REAL NOT NULL CONSTRAINT "Product.interest" CHECK (interest BETWEEN 0.0 AND 20.0),
  -- A month
  fee INTEGER NOT NULL CONSTRAINT "Product.fee" CHECK (fee >= 0),
  min_opening INTEGER NOT NULL CONSTRAINT "Product.min_opening" CHECK (min_opening >= 0),
  is_offered INTEGER NOT NULL CONSTRAINT "Product.is_offered" CHECK (is_offered IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX "Product.name.unique" ON product(name);

CREATE TABLE account (
  iban TEXT PRIMARY KEY NOT NULL CONSTRAINT "Account.iban" CHECK (awm_matches(iban, '[A-Z]{2}[0-9]{14}')),
  product TEXT NOT NULL REFERENCES product (code),
  name TEXT NOT NULL CONSTRAINT "Account.name" CHECK (length(name) BETWEEN 1 AND 40),
  currency TEXT NOT NULL CONSTRAINT "Account.currency" CHECK (currency IN ('EUR', 'USD', 'CHF', 'GBP')),
  status TEXT NOT NULL CONSTRAINT "Account.status" CHECK (status IN ('active', 'frozen', 'closed')),
  overdraft INTEGER NOT NULL CONSTRAINT "Account.overdraft" CHECK (overdraft BETWEEN 0 AND 500000),
  opened_on TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX "Account.product" ON account(product);
CREATE INDEX "Account.name" ON account(name);

CREATE TRIGGER "Account.status" BEFORE UPDATE OF status ON account
WHEN OLD.status IS NOT NEW.status AND (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Account.status cannot go from ' || OLD.status || ' to ' || NEW.status)
  WHERE NOT (OLD.status = 'active' AND NEW.status IN ('frozen', 'closed') OR OLD.status = 'frozen' AND NEW.status IN ('active')) IS TRUE;
END;

CREATE TABLE holder (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account TEXT NOT NULL REFERENCES account (iban) ON DELETE CASCADE,
  customer INTEGER NOT NULL REFERENCES customer (id),
  role TEXT NOT NULL CONSTRAINT "Holder.role" CHECK (role IN ('owner', 'co_owner', 'viewer'))
) STRICT;
CREATE UNIQUE INDEX "Holder.check_1" ON holder(account, customer);
CREATE INDEX "Holder.customer" ON holder(customer);

CREATE TABLE category (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL CONSTRAINT "Category.name" CHECK (length(name) BETWEEN 1 AND 30),
  is_income INTEGER NOT NULL CONSTRAINT "Category.is_income" CHECK (is_income IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX "Category.name.unique" ON category(name);

-- Payments to whom a text fits belong to a category.
CREATE TABLE rule (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  customer INTEGER NOT NULL REFERENCES customer (id),
  word TEXT NOT NULL CONSTRAINT "Rule.word" CHECK (length(word) BETWEEN 2 AND 40),
  category INTEGER NOT NULL REFERENCES category (id)
) STRICT;
CREATE UNIQUE INDEX "Rule.check_1" ON rule(customer, word);
CREATE INDEX "Rule.customer,category" ON rule(customer, category);
CREATE INDEX "Rule.category" ON rule(category);

-- A line of a statement; money that leaves is negative.
CREATE TABLE entry (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account TEXT NOT NULL REFERENCES account (iban),
  kind TEXT NOT NULL CONSTRAINT "Entry.kind" CHECK (kind IN ('transfer', 'card_payment', 'direct_debit', 'standing_order', 'fee', 'interest', 'salary', 'cash', 'refund', 'exchange', 'loan')),
  amount INTEGER NOT NULL,
  counterparty TEXT NOT NULL CONSTRAINT "Entry.counterparty" CHECK (length(counterparty) BETWEEN 0 AND 60),
  purpose TEXT NOT NULL CONSTRAINT "Entry.purpose" CHECK (length(purpose) BETWEEN 0 AND 140),
  booked_at TEXT NOT NULL,
  category INTEGER REFERENCES category (id),
  mandate INTEGER REFERENCES mandate (id),
  refund_of INTEGER REFERENCES entry (id),
  CONSTRAINT "Entry.check_1" CHECK (amount <> 0)
) STRICT;
CREATE INDEX "Entry.account" ON entry(account);
CREATE INDEX "Entry.amount" ON entry(amount);
CREATE INDEX "Entry.counterparty,amount" ON entry(counterparty, amount);
CREATE INDEX "Entry.category" ON entry(category);
CREATE INDEX "Entry.mandate,booked_at desc" ON entry(mandate, booked_at DESC);
CREATE INDEX "Entry.refund_of" ON entry(refund_of);

CREATE TABLE payee (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  customer INTEGER NOT NULL REFERENCES customer (id),
  name TEXT NOT NULL CONSTRAINT "Payee.name" CHECK (length(name) BETWEEN 1 AND 60),
  iban TEXT NOT NULL CONSTRAINT "Payee.iban" CHECK (awm_matches(iban, '[A-Z]{2}[0-9]{14}')),
  is_trusted INTEGER NOT NULL CONSTRAINT "Payee.is_trusted" CHECK (is_trusted IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX "Payee.check_1" ON payee(customer, iban);

CREATE TABLE transfer (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account TEXT NOT NULL REFERENCES account (iban),
  payee INTEGER NOT NULL REFERENCES payee (id),
  amount INTEGER NOT NULL CONSTRAINT "Transfer.amount" CHECK (amount >= 1),
  purpose TEXT NOT NULL CONSTRAINT "Transfer.purpose" CHECK (length(purpose) BETWEEN 0 AND 140),
  status TEXT NOT NULL CONSTRAINT "Transfer.status" CHECK (status IN ('scheduled', 'done', 'cancelled')),
  created_at TEXT NOT NULL,
  execute_on TEXT NOT NULL
) STRICT;
CREATE INDEX "Transfer.account" ON transfer(account);
CREATE INDEX "Transfer.payee,execute_on desc" ON transfer(payee, execute_on DESC);
CREATE INDEX "Transfer.execute_on desc" ON transfer(execute_on DESC);

CREATE TRIGGER "Transfer.status" BEFORE UPDATE OF status ON transfer
WHEN OLD.status IS NOT NEW.status AND (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Transfer.status cannot go from ' || OLD.status || ' to ' || NEW.status)
  WHERE NOT (OLD.status = 'scheduled' AND NEW.status IN ('done', 'cancelled')) IS TRUE;
  SELECT RAISE(ABORT, 'it is executed today')
  WHERE OLD.status = 'scheduled' AND NEW.status IN ('cancelled') AND NOT OLD.execute_on > date((SELECT now FROM awm_clock));
END;

CREATE TABLE standing_order (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account TEXT NOT NULL REFERENCES account (iban),
  payee INTEGER NOT NULL REFERENCES payee (id),
  amount INTEGER NOT NULL CONSTRAINT "StandingOrder.amount" CHECK (amount >= 1),
  purpose TEXT NOT NULL CONSTRAINT "StandingOrder.purpose" CHECK (length(purpose) BETWEEN 0 AND 140),
  rhythm TEXT NOT NULL CONSTRAINT "StandingOrder.rhythm" CHECK (rhythm IN ('monthly', 'quarterly', 'yearly')),
  next_on TEXT NOT NULL,
  ends_on TEXT,
  is_active INTEGER NOT NULL CONSTRAINT "StandingOrder.is_active" CHECK (is_active IN (0, 1)),
  CONSTRAINT "StandingOrder.check_1" CHECK (ends_on IS NULL OR ends_on >= next_on OR NOT is_active)
) STRICT;
CREATE INDEX "StandingOrder.account,payee,purpose" ON standing_order(account, payee, purpose);
CREATE INDEX "StandingOrder.payee" ON standing_order(payee);
CREATE INDEX "StandingOrder.next_on" ON standing_order(next_on);

-- Somebody may collect money by direct debit.
CREATE TABLE mandate (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account TEXT NOT NULL REFERENCES account (iban),
  creditor TEXT NOT NULL CONSTRAINT "Mandate.creditor" CHECK (length(creditor) BETWEEN 1 AND 60),
  reference TEXT NOT NULL CONSTRAINT "Mandate.reference" CHECK (length(reference) BETWEEN 1 AND 30),
  status TEXT NOT NULL CONSTRAINT "Mandate.status" CHECK (status IN ('active', 'revoked')),
  max_amount INTEGER CONSTRAINT "Mandate.max_amount" CHECK (max_amount >= 1)
) STRICT;
CREATE UNIQUE INDEX "Mandate.check_1" ON mandate(account, creditor, reference);

CREATE TRIGGER "Mandate.status" BEFORE UPDATE OF status ON mandate
WHEN OLD.status IS NOT NEW.status AND (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Mandate.status cannot go from ' || OLD.status || ' to ' || NEW.status)
  WHERE NOT (OLD.status = 'active' AND NEW.status IN ('revoked')) IS TRUE;
END;

CREATE TABLE card (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account TEXT NOT NULL REFERENCES account (iban),
  customer INTEGER NOT NULL REFERENCES customer (id),
  last_four TEXT NOT NULL CONSTRAINT "Card.last_four" CHECK (awm_matches(last_four, '[0-9]{4}')),
  status TEXT NOT NULL CONSTRAINT "Card.status" CHECK (status IN ('active', 'blocked')),
  month_limit INTEGER NOT NULL CONSTRAINT "Card.month_limit" CHECK (month_limit BETWEEN 0 AND 1000000),
  works_abroad INTEGER NOT NULL CONSTRAINT "Card.works_abroad" CHECK (works_abroad IN (0, 1)),
  expires_on TEXT NOT NULL,
  replaces INTEGER REFERENCES card (id)
) STRICT;
CREATE UNIQUE INDEX "Card.last_four.unique" ON card(last_four);
CREATE UNIQUE INDEX "Card.replaces.unique" ON card(replaces);
CREATE INDEX "Card.account" ON card(account);
CREATE INDEX "Card.customer" ON card(customer);

CREATE TRIGGER "Card.status" BEFORE UPDATE OF status ON card
WHEN OLD.status IS NOT NEW.status AND (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Card.status cannot go from ' || OLD.status || ' to ' || NEW.status)
  WHERE NOT (OLD.status = 'active' AND NEW.status IN ('blocked')) IS TRUE;
END;

CREATE TABLE card_payment (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  card INTEGER NOT NULL REFERENCES card (id),
  merchant TEXT NOT NULL CONSTRAINT "CardPayment.merchant" CHECK (length(merchant) BETWEEN 1 AND 60),
  city TEXT NOT NULL,
  country TEXT NOT NULL CONSTRAINT "CardPayment.country" CHECK (awm_matches(country, '[A-Z]{2}')),
  amount INTEGER NOT NULL CONSTRAINT "CardPayment.amount" CHECK (amount >= 1),
  status TEXT NOT NULL CONSTRAINT "CardPayment.status" CHECK (status IN ('authorised', 'settled', 'reversed')),
  paid_at TEXT NOT NULL
) STRICT;
CREATE INDEX "CardPayment.card" ON card_payment(card);
CREATE INDEX "CardPayment.paid_at desc" ON card_payment(paid_at DESC);

CREATE TRIGGER "CardPayment.status" BEFORE UPDATE OF status ON card_payment
WHEN OLD.status IS NOT NEW.status AND (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'CardPayment.status cannot go from ' || OLD.status || ' to ' || NEW.status)
  WHERE NOT (OLD.status = 'authorised' AND NEW.status IN ('settled', 'reversed') OR OLD.status = 'settled' AND NEW.status IN ('reversed')) IS TRUE;
END;

CREATE TABLE dispute (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  payment INTEGER NOT NULL REFERENCES card_payment (id),
  reason TEXT NOT NULL CONSTRAINT "Dispute.reason" CHECK (reason IN ('not_mine', 'wrong_amount', 'twice', 'not_delivered')),
  opened_at TEXT NOT NULL,
  status TEXT NOT NULL CONSTRAINT "Dispute.status" CHECK (status IN ('open', 'won', 'lost', 'withdrawn')),
  credited INTEGER NOT NULL CONSTRAINT "Dispute.credited" CHECK (credited >= 0)
) STRICT;
CREATE UNIQUE INDEX "Dispute.payment.unique" ON dispute(payment);

CREATE TRIGGER "Dispute.status" BEFORE UPDATE OF status ON dispute
WHEN OLD.status IS NOT NEW.status AND (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Dispute.status cannot go from ' || OLD.status || ' to ' || NEW.status)
  WHERE NOT (OLD.status = 'open' AND NEW.status IN ('won', 'lost', 'withdrawn')) IS TRUE;
END;

-- Money of an account put aside for something.
CREATE TABLE pot (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account TEXT NOT NULL REFERENCES account (iban),
  name TEXT NOT NULL CONSTRAINT "Pot.name" CHECK (length(name) BETWEEN 1 AND 40),
  target INTEGER NOT NULL CONSTRAINT "Pot.target" CHECK (target >= 100),
  saved INTEGER NOT NULL CONSTRAINT "Pot.saved" CHECK (saved >= 0),
  wanted_by TEXT
) STRICT;
CREATE UNIQUE INDEX "Pot.check_1" ON pot(account, name);

-- Units of a currency for one euro.
CREATE TABLE exchange_rate (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  currency TEXT NOT NULL CONSTRAINT "ExchangeRate.currency" CHECK (currency IN ('EUR', 'USD', 'CHF', 'GBP')),
  per_euro REAL NOT NULL CONSTRAINT "ExchangeRate.per_euro" CHECK (per_euro >= 0.0001),
  as_of TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX "ExchangeRate.check_1" ON exchange_rate(currency);

CREATE TABLE loan (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- Where instalments are taken from
  account TEXT NOT NULL REFERENCES account (iban),
  purpose TEXT NOT NULL CONSTRAINT "Loan.purpose" CHECK (length(purpose) BETWEEN 1 AND 60),
  principal INTEGER NOT NULL CONSTRAINT "Loan.principal" CHECK (principal >= 10000),
  -- Percent a year
  rate REAL NOT NULL CONSTRAINT "Loan.rate" CHECK (rate BETWEEN 0.0 AND 25.0),
  started_on TEXT NOT NULL,
  -- What is paid back of the principal each month
  month_part INTEGER NOT NULL CONSTRAINT "Loan.month_part" CHECK (month_part >= 100),
  extra_paid INTEGER NOT NULL CONSTRAINT "Loan.extra_paid" CHECK (extra_paid >= 0)
) STRICT;
CREATE INDEX "Loan.account" ON loan(account);

CREATE TABLE instalment (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  loan INTEGER NOT NULL REFERENCES loan (id) ON DELETE CASCADE,
  number INTEGER NOT NULL CONSTRAINT "Instalment.number" CHECK (number BETWEEN 1 AND 480),
  due_on TEXT NOT NULL,
  principal_part INTEGER NOT NULL CONSTRAINT "Instalment.principal_part" CHECK (principal_part >= 1),
  interest INTEGER NOT NULL CONSTRAINT "Instalment.interest" CHECK (interest >= 0),
  paid_on TEXT
) STRICT;
CREATE UNIQUE INDEX "Instalment.check_1" ON instalment(loan, number);
CREATE INDEX "Instalment.loan,due_on" ON instalment(loan, due_on);
CREATE INDEX "Instalment.due_on" ON instalment(due_on);

CREATE TABLE meeting (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  adviser INTEGER NOT NULL REFERENCES adviser (id),
  customer INTEGER NOT NULL REFERENCES customer (id),
  topic TEXT NOT NULL CONSTRAINT "Meeting.topic" CHECK (length(topic) BETWEEN 1 AND 60),
  starts_at TEXT NOT NULL,
  ends_at TEXT NOT NULL,
  CONSTRAINT "Meeting.check_1" CHECK (starts_at < ends_at)
) STRICT;
CREATE INDEX "Meeting.check_2.search" ON meeting(adviser, starts_at);
CREATE INDEX "Meeting.customer" ON meeting(customer);

CREATE TRIGGER "Meeting.check_2.insert" AFTER INSERT ON meeting
WHEN (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Meeting.check_2')
  WHERE EXISTS(SELECT 1 FROM meeting AS other WHERE other.id <> NEW.id AND other.adviser = NEW.adviser AND other.starts_at < NEW.ends_at AND NEW.starts_at < other.ends_at);
END;

CREATE TRIGGER "Meeting.check_2.update" AFTER UPDATE OF starts_at, ends_at, adviser ON meeting
WHEN (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Meeting.check_2')
  WHERE EXISTS(SELECT 1 FROM meeting AS other WHERE other.id <> NEW.id AND other.adviser = NEW.adviser AND other.starts_at < NEW.ends_at AND NEW.starts_at < other.ends_at);
END;

-- A message in the customer's inbox.
CREATE TABLE note (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  customer INTEGER NOT NULL REFERENCES customer (id),
  sender TEXT NOT NULL,
  subject TEXT NOT NULL,
  text TEXT NOT NULL,
  sent_at TEXT NOT NULL,
  is_read INTEGER NOT NULL CONSTRAINT "Note.is_read" CHECK (is_read IN (0, 1))
) STRICT;
CREATE INDEX "Note.customer" ON note(customer);
