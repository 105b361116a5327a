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

CREATE TABLE airport (
  iata TEXT PRIMARY KEY NOT NULL CONSTRAINT "Airport.iata" CHECK (awm_matches(iata, '[A-Z]{3}')),
  city TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE flight (
  flight_number TEXT PRIMARY KEY NOT NULL,
  origin TEXT NOT NULL REFERENCES airport (iata),
  destination TEXT NOT NULL REFERENCES airport (iata),
  scheduled_departure_time_est TEXT NOT NULL,
  scheduled_arrival_time_est TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX "Flight.origin" ON flight(origin);
CREATE INDEX "Flight.destination" ON flight(destination);

-- One departure of a flight. Fares exist only while it can be booked.
CREATE TABLE flight_day (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  flight TEXT NOT NULL REFERENCES flight (flight_number),
  date TEXT NOT NULL,
  status TEXT NOT NULL CONSTRAINT "FlightDay.status" CHECK (status IN ('available', 'landed', 'cancelled', 'delayed', 'flying', 'on time')),
  estimated_departure_time_est TEXT,
  estimated_arrival_time_est TEXT,
  actual_departure_time_est TEXT,
  actual_arrival_time_est TEXT
) STRICT;
CREATE UNIQUE INDEX "FlightDay.check_1" ON flight_day(flight, date);
CREATE INDEX "FlightDay.date" ON flight_day(date);

-- What a cabin costs on a departure, and how many seats are left.
CREATE TABLE fare (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  day INTEGER NOT NULL REFERENCES flight_day (id),
  cabin TEXT NOT NULL CONSTRAINT "Fare.cabin" CHECK (cabin IN ('business', 'economy', 'basic_economy')),
  available_seats INTEGER NOT NULL,
  price INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX "Fare.check_1" ON fare(day, cabin);

CREATE TABLE user (
  user_id TEXT PRIMARY KEY NOT NULL,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  address1 TEXT NOT NULL,
  address2 TEXT,
  city TEXT NOT NULL,
  country TEXT NOT NULL,
  state TEXT NOT NULL,
  zip TEXT NOT NULL,
  email TEXT NOT NULL,
  dob TEXT NOT NULL,
  membership TEXT NOT NULL CONSTRAINT "User.membership" CHECK (membership IN ('gold', 'silver', 'regular'))
) STRICT, WITHOUT ROWID;

CREATE TABLE saved_passenger (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user TEXT NOT NULL REFERENCES user (user_id),
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  dob TEXT NOT NULL
) STRICT;
CREATE INDEX "SavedPassenger.user" ON saved_passenger(user);

-- A credit card has brand and last_four; gift cards and certificates hold an amount.
CREATE TABLE payment_method (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user TEXT NOT NULL REFERENCES user (user_id),
  payment_id TEXT NOT NULL,
  source TEXT NOT NULL CONSTRAINT "PaymentMethod.source" CHECK (source IN ('credit_card', 'gift_card', 'certificate')),
  amount INTEGER CONSTRAINT "PaymentMethod.amount" CHECK (amount >= 0),
  brand TEXT,
  last_four TEXT,
  CONSTRAINT "PaymentMethod.check_2" CHECK ((source = 'credit_card') = (amount IS NULL))
) STRICT;
CREATE UNIQUE INDEX "PaymentMethod.check_1" ON payment_method(user, payment_id);

CREATE TABLE reservation (
  reservation_id TEXT PRIMARY KEY NOT NULL,
  user TEXT NOT NULL REFERENCES user (user_id),
  origin TEXT NOT NULL,
  destination TEXT NOT NULL,
  flight_type TEXT NOT NULL CONSTRAINT "Reservation.flight_type" CHECK (flight_type IN ('round_trip', 'one_way')),
  cabin TEXT NOT NULL CONSTRAINT "Reservation.cabin" CHECK (cabin IN ('business', 'economy', 'basic_economy')),
  created_at TEXT NOT NULL,
  total_baggages INTEGER NOT NULL,
  nonfree_baggages INTEGER NOT NULL,
  insurance TEXT NOT NULL CONSTRAINT "Reservation.insurance" CHECK (insurance IN ('yes', 'no')),
  status TEXT CONSTRAINT "Reservation.status" CHECK (status IN ('cancelled'))
) STRICT, WITHOUT ROWID;
CREATE INDEX "Reservation.user" ON reservation(user);

CREATE TABLE reservation_flight (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  reservation TEXT NOT NULL REFERENCES reservation (reservation_id),
  flight TEXT NOT NULL REFERENCES flight (flight_number),
  date TEXT NOT NULL,
  price INTEGER NOT NULL
) STRICT;
CREATE INDEX "ReservationFlight.reservation" ON reservation_flight(reservation);
CREATE INDEX "ReservationFlight.flight" ON reservation_flight(flight);

CREATE TABLE passenger (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  reservation TEXT NOT NULL REFERENCES reservation (reservation_id),
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  dob TEXT NOT NULL
) STRICT;
CREATE INDEX "Passenger.reservation" ON passenger(reservation);

CREATE TABLE payment (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  reservation TEXT NOT NULL REFERENCES reservation (reservation_id),
  payment_id TEXT NOT NULL,
  amount INTEGER NOT NULL
) STRICT;
CREATE INDEX "Payment.reservation" ON payment(reservation);
