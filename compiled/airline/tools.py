"""The tools of airline. Made by awmc from airline.awm; change that, not this."""

from awmlang.runtime import functions as fn
from awmlang.runtime.program import Date, Entity, Enum, Int, List, Record, Ref, Text, ToolError, tool

AIRPORT = Entity("Airport", table="airport", key=Text(), column="iata")
FLIGHT = Entity("Flight", table="flight", key=Text(), column="flight_number")
FLIGHT_DAY = Entity("FlightDay", table="flight_day", key=Int())
FARE = Entity("Fare", table="fare", key=Int())
USER = Entity("User", table="user", key=Text(), column="user_id")
SAVED_PASSENGER = Entity("SavedPassenger", table="saved_passenger", key=Int())
PAYMENT_METHOD = Entity("PaymentMethod", table="payment_method", key=Int())
RESERVATION = Entity("Reservation", table="reservation", key=Text(), column="reservation_id")
RESERVATION_FLIGHT = Entity("ReservationFlight", table="reservation_flight", key=Int())
PASSENGER = Entity("Passenger", table="passenger", key=Int())
PAYMENT = Entity("Payment", table="payment", key=Int())

# What the constraints of the database say in the words of the spec.
RULES = {
    "Airport.iata": "iata must match [A-Z]{3}",
    "airport.iata": "iata must be unique, and another Airport has this one",
    "flight.flight_number": "flight_number must be unique, and another Flight has this one",
    "FlightDay.status": "status must be one of available, landed, cancelled, delayed, flying, on time",
    "FlightDay.check_1": "one departure a day",
    "Fare.cabin": "cabin must be one of business, economy, basic_economy",
    "Fare.check_1": "a cabin has one fare",
    "user.user_id": "user_id must be unique, and another User has this one",
    "User.membership": "membership must be one of gold, silver, regular",
    "PaymentMethod.source": "source must be one of credit_card, gift_card, certificate",
    "PaymentMethod.amount": "amount must be at least 0",
    "PaymentMethod.check_1": "a user has a payment id once",
    "PaymentMethod.check_2": "a credit card holds no amount, the others do",
    "reservation.reservation_id": "reservation_id must be unique, and another Reservation has this one",
    "Reservation.flight_type": "flight_type must be one of round_trip, one_way",
    "Reservation.cabin": "cabin must be one of business, economy, basic_economy",
    "Reservation.insurance": "insurance must be one of yes, no",
    "Reservation.status": "status must be one of cancelled",
}

# What must hold at the end of a call: SQL that gives 1, the words, the entities that it reads.
INVARIANTS = []


BOOKABLE_DAY = "SELECT id FROM flight_day WHERE flight = :flight AND date = :date ORDER BY id LIMIT 1"
BOOKABLE_NO_FLIGHT_THAT_DAY = "SELECT awm_concat(:flight, ' does not fly on ', :date, '.')"
BOOKABLE_REQUIRE = "SELECT status = 'available' FROM flight_day WHERE id = :day"
BOOKABLE_FLIGHT_NOT_AVAILABLE = "SELECT awm_concat(:flight, ' on ', :date, ' is not open for booking.')"
BOOKABLE_FARE = "SELECT id FROM fare WHERE day = :day AND cabin = :cabin ORDER BY id"
BOOKABLE_REQUIRE_2 = "SELECT available_seats >= :people FROM fare WHERE id = :fare"
BOOKABLE_NOT_ENOUGH_SEATS = "SELECT awm_concat(:flight, ' has too few free seats in that cabin.')"


def bookable(db, flight, date, cabin, people):
    """The fare to pay, if that departure is open and has the seats."""
    day = db.value(BOOKABLE_DAY, flight=flight, date=date)
    if day is None:
        raise ToolError("no_flight_that_day", db.value(BOOKABLE_NO_FLIGHT_THAT_DAY, flight=flight, date=date))
    if not db.value(BOOKABLE_REQUIRE, day=day):
        raise ToolError(
            "flight_not_available", db.value(BOOKABLE_FLIGHT_NOT_AVAILABLE, flight=flight, date=date)
        )
    fare = db.one(BOOKABLE_FARE, day=day, cabin=cabin)
    if not db.value(BOOKABLE_REQUIRE_2, fare=fare, people=people):
        raise ToolError("not_enough_seats", db.value(BOOKABLE_NOT_ENOUGH_SEATS, flight=flight))
    return fare


CHARGE_METHOD = """
SELECT (
  SELECT payment_method.id
  FROM payment_method
  WHERE payment_method.user = reservation.user AND payment_method.payment_id = :payment_id
  ORDER BY payment_method.id
  LIMIT 1
)
FROM reservation
WHERE reservation.reservation_id = :reservation
"""
CHARGE_REQUIRE = "SELECT source <> 'certificate' FROM payment_method WHERE id = :method"
CHARGE_BALANCE = "SELECT amount FROM payment_method WHERE id = :method"
CHARGE_REQUIRE_2 = "SELECT :balance >= :total_price * 100"
CHARGE_UPDATE_METHOD = """
UPDATE payment_method
SET amount = awm_whole(:balance - :total_price * 100)
WHERE id = :method
"""
CHARGE_CREATE_PAYMENT = """
INSERT INTO payment (reservation, payment_id, amount)
VALUES (:reservation, :payment_id, :total_price)
RETURNING id
"""


def charge(db, reservation, payment_id, total_price):
    """Take the price of a change; a negative one is given back."""
    method = db.value(CHARGE_METHOD, reservation=reservation, payment_id=payment_id)
    if method is None:
        raise ToolError("payment_not_found", "The customer has no such payment method.")
    if not db.value(CHARGE_REQUIRE, method=method):
        raise ToolError("certificate_not_allowed", "A change cannot be paid with a certificate.")
    balance = db.value(CHARGE_BALANCE, method=method)
    if balance is not None:
        if not db.value(CHARGE_REQUIRE_2, balance=balance, total_price=total_price):
            raise ToolError("not_enough_balance", "The gift card holds too little for this change.")
        db.run(CHARGE_UPDATE_METHOD, balance=balance, total_price=total_price, method=method)
    if total_price != 0:
        db.insert(
            CHARGE_CREATE_PAYMENT, reservation=reservation, payment_id=payment_id, total_price=total_price
        )


ADD_PASSENGERS_CREATE_PASSENGER = """
INSERT INTO passenger (reservation, first_name, last_name, dob)
VALUES (:reservation, :p ->> 'first_name', :p ->> 'last_name', :p ->> 'dob')
RETURNING id
"""


def add_passengers(db, reservation, passengers):
    for p in db.each(passengers):
        db.insert(ADD_PASSENGERS_CREATE_PASSENGER, reservation=reservation, p=p)


DIRECT_RESULT = """
SELECT json_object(
  'flight_number', day.flight,
  'origin', flight.origin,
  'destination', flight.destination,
  'status', day.status,
  'scheduled_departure_time_est', flight.scheduled_departure_time_est,
  'scheduled_arrival_time_est', flight.scheduled_arrival_time_est,
  'date', :date,
  'available_seats', json((
    SELECT json_group_object(fare.cabin, fare.available_seats ORDER BY fare.id)
    FROM fare
    WHERE fare.day = :day
  )),
  'prices', json((
    SELECT json_group_object(fare_2.cabin, fare_2.price ORDER BY fare_2.id)
    FROM fare AS fare_2
    WHERE fare_2.day = :day
  ))
)
FROM flight_day AS day
JOIN flight ON flight.flight_number = day.flight
WHERE day.id = :day
"""


def direct(db, day, date):
    """A departure as the searches show it."""
    return db.json(DIRECT_RESULT, day=day, date=date)


BOOK_RESERVATION_RESERVATION_ID = """
SELECT item.value
FROM json_each(json_array('HATHAT', 'HATHAU', 'HATHAV')) AS item
WHERE NOT EXISTS(SELECT 1 FROM reservation WHERE reservation.reservation_id = item.value)
ORDER BY item.key
LIMIT 1
"""
BOOK_RESERVATION_CREATE_RESERVATION = """
INSERT INTO reservation (
  reservation_id,
  user,
  origin,
  destination,
  flight_type,
  cabin,
  created_at,
  total_baggages,
  nonfree_baggages,
  insurance
)
VALUES (
  :reservation_id,
  :user,
  :origin,
  :destination,
  :flight_type,
  :cabin,
  :now,
  :total_baggages,
  :nonfree_baggages,
  :insurance
)
RETURNING reservation_id
"""
BOOK_RESERVATION_CREATE_RESERVATION_FLIGHT = """
INSERT INTO reservation_flight (reservation, flight, date, price)
VALUES (
  :reservation, :f ->> 'flight', :f ->> 'date', (SELECT price FROM fare WHERE id = :fare)
)
RETURNING id
"""
BOOK_RESERVATION_TOTAL_PRICE = "SELECT awm_whole(:total_price + price * :people) FROM fare WHERE id = :fare"
BOOK_RESERVATION_METHOD = """
SELECT id
FROM payment_method
WHERE user = :user AND payment_id = :p ->> 'payment_id'
ORDER BY id
LIMIT 1
"""
BOOK_RESERVATION_PAYMENT_NOT_FOUND = (
    "SELECT awm_concat('The customer has no payment method ', :p ->> 'payment_id', '.')"
)
BOOK_RESERVATION_REQUIRE = """
SELECT amount IS NULL OR amount >= :p ->> 'amount' * 100
FROM payment_method
WHERE id = :method
"""
BOOK_RESERVATION_NOT_ENOUGH_BALANCE = """
SELECT awm_concat(
  :p ->> 'payment_id', ' holds less than ', CAST(:p ->> 'amount' AS TEXT), '.'
)
"""
BOOK_RESERVATION_CREATE_PAYMENT = """
INSERT INTO payment (reservation, payment_id, amount)
VALUES (:reservation, :p ->> 'payment_id', :p ->> 'amount')
RETURNING id
"""
BOOK_RESERVATION_REQUIRE_2 = """
SELECT (
  SELECT coalesce(sum(payment.amount), 0)
  FROM payment
  WHERE payment.reservation = reservation.reservation_id
) = :total_price
FROM reservation
WHERE reservation.reservation_id = :reservation
"""
BOOK_RESERVATION_PAYMENT_MISMATCH = """
SELECT awm_concat(
  'The payments come to ',
  CAST(
    awm_whole((
      SELECT coalesce(sum(payment.amount), 0)
      FROM payment
      WHERE payment.reservation = reservation.reservation_id
    )) AS TEXT
  ),
  ', the trip costs ',
  CAST(:total_price AS TEXT),
  '.'
)
FROM reservation
WHERE reservation.reservation_id = :reservation
"""
BOOK_RESERVATION_METHOD_2 = """
SELECT id
FROM payment_method
WHERE user = :user AND payment_id = :p ->> 'payment_id'
ORDER BY id
LIMIT 1
"""
BOOK_RESERVATION_CERTIFICATE_USED_TWICE = (
    "SELECT awm_concat(:p ->> 'payment_id', ' can be used only once in a booking.')"
)
BOOK_RESERVATION_BALANCE = """
SELECT awm_present(:method, count(*), min(amount))
FROM payment_method
WHERE id = :method
"""
BOOK_RESERVATION_IF = """
SELECT CASE
  WHEN (
    SELECT awm_present(:method, count(*), min(source))
    FROM payment_method
    WHERE id = :method
  ) = 'gift_card' THEN :balance IS NOT NULL
  ELSE 0
END
"""
BOOK_RESERVATION_UPDATE_METHOD = """
UPDATE payment_method
SET amount = awm_whole(:balance - :p ->> 'amount' * 100)
WHERE id = :method
"""
BOOK_RESERVATION_IF_2 = """
SELECT (
  SELECT awm_present(:method, count(*), min(source))
  FROM payment_method
  WHERE id = :method
) = 'certificate'
"""
BOOK_RESERVATION_DELETE_METHOD = "DELETE FROM payment_method WHERE id = :method"
BOOK_RESERVATION_UPDATE_FARE = """
UPDATE fare
SET available_seats = chosen.new_available_seats
FROM (
  SELECT fare.id AS key, awm_whole(fare.available_seats - :people) AS new_available_seats
  FROM fare
  JOIN flight_day AS day ON day.id = fare.day
  WHERE day.flight = :f ->> 'flight' AND day.date = :f ->> 'date' AND fare.cabin = :cabin
  ORDER BY fare.id
) AS chosen
WHERE fare.id = chosen.key
"""
BOOK_RESERVATION_RESULT = """
SELECT json_object(
  'reservation_id', reservation.reservation_id,
  'user_id', reservation.user,
  'origin', reservation.origin,
  'destination', reservation.destination,
  'flight_type', reservation.flight_type,
  'cabin', reservation.cabin,
  'flights', json((
    SELECT json_group_array(
      json_object(
        'origin', flight.origin,
        'destination', flight.destination,
        'flight_number', reservation_flight.flight,
        'date', reservation_flight.date,
        'price', reservation_flight.price
      )
      ORDER BY reservation_flight.id
    )
    FROM reservation_flight
    JOIN flight ON flight.flight_number = reservation_flight.flight
    WHERE reservation_flight.reservation = reservation.reservation_id
  )),
  'passengers', json((
    SELECT json_group_array(
      json_object(
        'first_name', passenger.first_name,
        'last_name', passenger.last_name,
        'dob', passenger.dob
      )
      ORDER BY passenger.id
    )
    FROM passenger
    WHERE passenger.reservation = reservation.reservation_id
  )),
  'payment_history', json((
    SELECT json_group_array(
      json_object('payment_id', payment.payment_id, 'amount', payment.amount)
      ORDER BY payment.id
    )
    FROM payment
    WHERE payment.reservation = reservation.reservation_id
  )),
  'created_at', reservation.created_at,
  'total_baggages', reservation.total_baggages,
  'nonfree_baggages', reservation.nonfree_baggages,
  'insurance', reservation.insurance,
  'status', reservation.status
)
FROM reservation
WHERE reservation.reservation_id = :reservation
"""


@tool(
    user=Ref(USER, name="user_id"),
    origin=Text(),
    destination=Text(),
    flight_type=Enum("round_trip", "one_way"),
    cabin=Enum("business", "economy", "basic_economy"),
    flights=List(Record({"flight": Ref(FLIGHT, name="flight_number"), "date": Date()})),
    passengers=List(Record({"first_name": Text(), "last_name": Text(), "dob": Date()})),
    payment_methods=List(Record({"payment_id": Text(), "amount": Int()})),
    total_baggages=Int(),
    nonfree_baggages=Int(),
    insurance=Enum("yes", "no"),
    writes=True,
)
def book_reservation(
    db,
    user,
    origin,
    destination,
    flight_type,
    cabin,
    flights,
    passengers,
    payment_methods,
    total_baggages,
    nonfree_baggages,
    insurance,
):
    """Book a trip and pay for it."""
    reservation_id = db.value(BOOK_RESERVATION_RESERVATION_ID)
    if reservation_id is None:
        raise ToolError("too_many_reservations", "No further reservation can be made in this session.")
    people = fn.length(passengers)
    reservation = db.insert(
        BOOK_RESERVATION_CREATE_RESERVATION,
        reservation_id=reservation_id,
        user=user,
        origin=origin,
        destination=destination,
        flight_type=flight_type,
        cabin=cabin,
        now=db.now,
        total_baggages=total_baggages,
        nonfree_baggages=nonfree_baggages,
        insurance=insurance,
    )
    add_passengers(db, reservation, passengers)
    total_price = 0
    for f in db.each(flights):
        fare = bookable(db, f["flight"], f["date"], cabin, people)
        db.insert(BOOK_RESERVATION_CREATE_RESERVATION_FLIGHT, reservation=reservation, f=f, fare=fare)
        total_price = db.value(
            BOOK_RESERVATION_TOTAL_PRICE, total_price=total_price, fare=fare, people=people
        )
    if insurance == "yes":
        total_price = fn.whole(total_price + 30 * people)
    total_price = fn.whole(total_price + 50 * nonfree_baggages)
    for p in db.each(payment_methods):
        method = db.value(BOOK_RESERVATION_METHOD, user=user, p=p)
        if method is None:
            raise ToolError("payment_not_found", db.value(BOOK_RESERVATION_PAYMENT_NOT_FOUND, p=p))
        if not db.value(BOOK_RESERVATION_REQUIRE, method=method, p=p):
            raise ToolError("not_enough_balance", db.value(BOOK_RESERVATION_NOT_ENOUGH_BALANCE, p=p))
        db.insert(BOOK_RESERVATION_CREATE_PAYMENT, reservation=reservation, p=p)
    if not db.value(BOOK_RESERVATION_REQUIRE_2, reservation=reservation, total_price=total_price):
        raise ToolError(
            "payment_mismatch",
            db.value(BOOK_RESERVATION_PAYMENT_MISMATCH, reservation=reservation, total_price=total_price),
        )
    for p in db.each(payment_methods):
        method = db.value(BOOK_RESERVATION_METHOD_2, user=user, p=p)
        if method is None:
            raise ToolError("certificate_used_twice", db.value(BOOK_RESERVATION_CERTIFICATE_USED_TWICE, p=p))
        balance = db.value(BOOK_RESERVATION_BALANCE, method=method)
        if db.value(BOOK_RESERVATION_IF, balance=balance, method=method):
            db.run_on_row(BOOK_RESERVATION_UPDATE_METHOD, balance=balance, p=p, method=method)
        if db.value(BOOK_RESERVATION_IF_2, method=method):
            db.run_on_row(BOOK_RESERVATION_DELETE_METHOD, method=method)
    for f in db.each(flights):
        db.run(BOOK_RESERVATION_UPDATE_FARE, f=f, cabin=cabin, people=people)
    return db.value(BOOK_RESERVATION_RESULT, reservation=reservation)


CALCULATE_REQUIRE = "SELECT awm_matches(:expression, '[0-9+\\-*/(). ]*')"
CALCULATE_RESULT = """
SELECT json_object(
  'value', awm_concat(awm_float_text(awm_round_to(awm_calc(:expression), 2)))
)
"""


@tool(expression=Text())
def calculate(db, expression):
    """Work out a sum, rounded to two decimals."""
    if not db.value(CALCULATE_REQUIRE, expression=expression):
        raise ToolError("invalid_characters", "Only digits, + - * / ( ) . and spaces can be calculated with.")
    return db.value(CALCULATE_RESULT, expression=expression)


CANCEL_RESERVATION_P = "SELECT id FROM payment WHERE reservation = :reservation ORDER BY id"
CANCEL_RESERVATION_CREATE_PAYMENT = """
INSERT INTO payment (reservation, payment_id, amount)
VALUES (
  :reservation,
  (SELECT payment.payment_id FROM payment WHERE payment.id = :p),
  -(SELECT payment_2.amount FROM payment AS payment_2 WHERE payment_2.id = :p)
)
RETURNING id
"""
CANCEL_RESERVATION_UPDATE_RESERVATION = """
UPDATE reservation
SET status = 'cancelled'
WHERE reservation_id = :reservation
"""
CANCEL_RESERVATION_RESULT = """
SELECT json_object(
  'reservation_id', reservation.reservation_id,
  'user_id', reservation.user,
  'origin', reservation.origin,
  'destination', reservation.destination,
  'flight_type', reservation.flight_type,
  'cabin', reservation.cabin,
  'flights', json((
    SELECT json_group_array(
      json_object(
        'origin', flight.origin,
        'destination', flight.destination,
        'flight_number', reservation_flight.flight,
        'date', reservation_flight.date,
        'price', reservation_flight.price
      )
      ORDER BY reservation_flight.id
    )
    FROM reservation_flight
    JOIN flight ON flight.flight_number = reservation_flight.flight
    WHERE reservation_flight.reservation = reservation.reservation_id
  )),
  'passengers', json((
    SELECT json_group_array(
      json_object(
        'first_name', passenger.first_name,
        'last_name', passenger.last_name,
        'dob', passenger.dob
      )
      ORDER BY passenger.id
    )
    FROM passenger
    WHERE passenger.reservation = reservation.reservation_id
  )),
  'payment_history', json((
    SELECT json_group_array(
      json_object('payment_id', payment.payment_id, 'amount', payment.amount)
      ORDER BY payment.id
    )
    FROM payment
    WHERE payment.reservation = reservation.reservation_id
  )),
  'created_at', reservation.created_at,
  'total_baggages', reservation.total_baggages,
  'nonfree_baggages', reservation.nonfree_baggages,
  'insurance', reservation.insurance,
  'status', reservation.status
)
FROM reservation
WHERE reservation.reservation_id = :reservation
"""


@tool(reservation=Ref(RESERVATION, name="reservation_id"), writes=True)
def cancel_reservation(db, reservation):
    """Cancel a trip as a whole and pay everything back."""
    for p in db.each(db.values(CANCEL_RESERVATION_P, reservation=reservation)):
        db.insert(CANCEL_RESERVATION_CREATE_PAYMENT, reservation=reservation, p=p)
    db.run(CANCEL_RESERVATION_UPDATE_RESERVATION, reservation=reservation)
    return db.value(CANCEL_RESERVATION_RESULT, reservation=reservation)


GET_RESERVATION_DETAILS_RESULT = """
SELECT json_object(
  'reservation_id', reservation.reservation_id,
  'user_id', reservation.user,
  'origin', reservation.origin,
  'destination', reservation.destination,
  'flight_type', reservation.flight_type,
  'cabin', reservation.cabin,
  'flights', json((
    SELECT json_group_array(
      json_object(
        'origin', flight.origin,
        'destination', flight.destination,
        'flight_number', reservation_flight.flight,
        'date', reservation_flight.date,
        'price', reservation_flight.price
      )
      ORDER BY reservation_flight.id
    )
    FROM reservation_flight
    JOIN flight ON flight.flight_number = reservation_flight.flight
    WHERE reservation_flight.reservation = reservation.reservation_id
  )),
  'passengers', json((
    SELECT json_group_array(
      json_object(
        'first_name', passenger.first_name,
        'last_name', passenger.last_name,
        'dob', passenger.dob
      )
      ORDER BY passenger.id
    )
    FROM passenger
    WHERE passenger.reservation = reservation.reservation_id
  )),
  'payment_history', json((
    SELECT json_group_array(
      json_object('payment_id', payment.payment_id, 'amount', payment.amount)
      ORDER BY payment.id
    )
    FROM payment
    WHERE payment.reservation = reservation.reservation_id
  )),
  'created_at', reservation.created_at,
  'total_baggages', reservation.total_baggages,
  'nonfree_baggages', reservation.nonfree_baggages,
  'insurance', reservation.insurance,
  'status', reservation.status
)
FROM reservation
WHERE reservation.reservation_id = :reservation
"""


@tool(reservation=Ref(RESERVATION, name="reservation_id"))
def get_reservation_details(db, reservation):
    """Look up a reservation: flights, passengers, payments, bags."""
    return db.value(GET_RESERVATION_DETAILS_RESULT, reservation=reservation)


GET_USER_DETAILS_RESULT = """
SELECT json_object(
  'user_id', user.user_id,
  'name', json_object('first_name', user.first_name, 'last_name', user.last_name),
  'address', json_object(
    'address1', user.address1,
    'address2', user.address2,
    'city', user.city,
    'country', user.country,
    'state', user.state,
    'zip', user.zip
  ),
  'email', user.email,
  'dob', user.dob,
  'payment_methods', json((
    SELECT json_group_object(
      payment_method.payment_id, json_object(
        'source', payment_method.source,
        'id', payment_method.payment_id,
        'amount', json(awm_money_text(payment_method.amount)),
        'brand', payment_method.brand,
        'last_four', payment_method.last_four
      )
      ORDER BY payment_method.id
    )
    FROM payment_method
    WHERE payment_method.user = user.user_id
  )),
  'saved_passengers', json((
    SELECT json_group_array(
      json_object(
        'first_name', saved_passenger.first_name,
        'last_name', saved_passenger.last_name,
        'dob', saved_passenger.dob
      )
      ORDER BY saved_passenger.id
    )
    FROM saved_passenger
    WHERE saved_passenger.user = user.user_id
  )),
  'membership', user.membership,
  'reservations', json((
    SELECT json_group_array(
      reservation.reservation_id ORDER BY reservation.reservation_id
    )
    FROM reservation
    WHERE reservation.user = user.user_id
  ))
)
FROM user
WHERE user.user_id = :user
"""


@tool(user=Ref(USER, name="user_id"))
def get_user_details(db, user):
    """Look up a customer: profile, payment methods, membership, reservation ids."""
    return db.value(GET_USER_DETAILS_RESULT, user=user)


LIST_ALL_AIRPORTS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json_object('iata', iata, 'city', city) ORDER BY iata)
    FROM airport
  ))
)
"""


@tool()
def list_all_airports(db):
    """All airports we fly to, with their cities."""
    return db.value(LIST_ALL_AIRPORTS_RESULT)


SEARCH_DIRECT_FLIGHT_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'flight_number', d.flight,
        'origin', flight.origin,
        'destination', flight.destination,
        'status', d.status,
        'scheduled_departure_time_est', flight.scheduled_departure_time_est,
        'scheduled_arrival_time_est', flight.scheduled_arrival_time_est,
        'date', NULL,
        'available_seats', json((
          SELECT json_group_object(fare.cabin, fare.available_seats ORDER BY fare.id)
          FROM fare
          WHERE fare.day = d.id
        )),
        'prices', json((
          SELECT json_group_object(fare_2.cabin, fare_2.price ORDER BY fare_2.id)
          FROM fare AS fare_2
          WHERE fare_2.day = d.id
        ))
      )
      ORDER BY d.id
    )
    FROM flight_day AS d
    JOIN flight ON flight.flight_number = d.flight
    WHERE flight.origin = :origin
      AND flight.destination = :destination
      AND d.date = :date
      AND d.status = 'available'
  ))
)
"""


@tool(origin=Text(), destination=Text(), date=Date())
def search_direct_flight(db, origin, destination, date):
    """Departures open for booking from one airport to another on a day."""
    return db.value(SEARCH_DIRECT_FLIGHT_RESULT, origin=origin, destination=destination, date=date)


SEARCH_ONESTOP_FLIGHT_RESULT = """
SELECT json_object(
  'items', json(awm_flat((
    SELECT json_group_array(
      json((
        SELECT json_group_array(
          json_array(
            json_object(
              'flight_number', a.flight,
              'origin', flight.origin,
              'destination', flight.destination,
              'status', a.status,
              'scheduled_departure_time_est', flight.scheduled_departure_time_est,
              'scheduled_arrival_time_est', flight.scheduled_arrival_time_est,
              'date', a.date,
              'available_seats', json((
                SELECT json_group_object(
                  fare.cabin, fare.available_seats ORDER BY fare.id
                )
                FROM fare
                WHERE fare.day = a.id
              )),
              'prices', json((
                SELECT json_group_object(fare_2.cabin, fare_2.price ORDER BY fare_2.id)
                FROM fare AS fare_2
                WHERE fare_2.day = a.id
              ))
            ),
            json_object(
              'flight_number', b.flight,
              'origin', flight_2.origin,
              'destination', flight_2.destination,
              'status', b.status,
              'scheduled_departure_time_est', flight_2.scheduled_departure_time_est,
              'scheduled_arrival_time_est', flight_2.scheduled_arrival_time_est,
              'date', b.date,
              'available_seats', json((
                SELECT json_group_object(
                  fare_3.cabin, fare_3.available_seats ORDER BY fare_3.id
                )
                FROM fare AS fare_3
                WHERE fare_3.day = b.id
              )),
              'prices', json((
                SELECT json_group_object(fare_4.cabin, fare_4.price ORDER BY fare_4.id)
                FROM fare AS fare_4
                WHERE fare_4.day = b.id
              ))
            )
          )
          ORDER BY b.id
        )
        FROM flight_day AS b
        JOIN flight AS flight_2 ON flight_2.flight_number = b.flight
        WHERE flight_2.origin = flight.destination
          AND flight_2.destination = :destination
          AND b.date = CASE
            WHEN awm_contains(flight.scheduled_arrival_time_est, '+1') THEN awm_shift(
              :date, awm_days(1)
            )
            ELSE :date
          END
          AND (
            awm_fold(flight_2.scheduled_departure_time_est),
            flight_2.scheduled_departure_time_est
          ) >= (
            awm_fold(flight.scheduled_arrival_time_est), flight.scheduled_arrival_time_est
          )
          AND b.status = 'available'
      ))
      ORDER BY a.id
    )
    FROM flight_day AS a
    JOIN flight ON flight.flight_number = a.flight
    WHERE flight.origin = :origin AND a.date = :date AND a.status = 'available'
  )))
)
"""


@tool(origin=Text(), destination=Text(), date=Date())
def search_onestop_flight(db, origin, destination, date):
    """Pairs of departures open for booking that connect two airports with one change."""
    return db.value(SEARCH_ONESTOP_FLIGHT_RESULT, origin=origin, date=date, destination=destination)


SEND_CERTIFICATE_PAYMENT_ID = """
SELECT item.value
FROM json_each(json_array(
  'certificate_3221322', 'certificate_3221323', 'certificate_3221324'
)) AS item
WHERE NOT EXISTS(
  SELECT 1
  FROM payment_method
  WHERE payment_method.user = :user AND payment_method.payment_id = item.value
)
ORDER BY item.key
LIMIT 1
"""
SEND_CERTIFICATE_CREATE_PAYMENT_METHOD = """
INSERT INTO payment_method (user, payment_id, source, amount)
VALUES (:user, :payment_id, 'certificate', awm_whole(:amount * 100))
RETURNING id
"""
SEND_CERTIFICATE_RESULT = """
SELECT json_object(
  'value', awm_concat(
    :user, ' now has ', :payment_id, ', worth ', CAST(:amount AS TEXT), ' dollars.'
  )
)
"""


@tool(user=Ref(USER, name="user_id"), amount=Int(), writes=True)
def send_certificate(db, user, amount):
    """Give a customer a travel certificate. It cannot be taken back."""
    payment_id = db.value(SEND_CERTIFICATE_PAYMENT_ID, user=user)
    if payment_id is None:
        raise ToolError(
            "too_many_certificates", "This customer can get no further certificate in this session."
        )
    db.insert(SEND_CERTIFICATE_CREATE_PAYMENT_METHOD, user=user, payment_id=payment_id, amount=amount)
    return db.value(SEND_CERTIFICATE_RESULT, user=user, payment_id=payment_id, amount=amount)


TRANSFER_TO_HUMAN_AGENTS_RESULT = """
SELECT json_object(
  'value', awm_concat('A colleague takes over, and knows this: ', :summary)
)
"""


@tool(summary=Text())
def transfer_to_human_agents(db, summary):
    """Hand the conversation to a human: when the customer insists, or when tools and policy cannot settle the matter."""
    return db.value(TRANSFER_TO_HUMAN_AGENTS_RESULT, summary=summary)


UPDATE_RESERVATION_BAGGAGES_TOTAL_PRICE = """
SELECT awm_whole(50 * max(0, :nonfree_baggages - nonfree_baggages))
FROM reservation
WHERE reservation_id = :reservation
"""
UPDATE_RESERVATION_BAGGAGES_UPDATE_RESERVATION = """
UPDATE reservation
SET total_baggages = :total_baggages, nonfree_baggages = :nonfree_baggages
WHERE reservation_id = :reservation
"""
UPDATE_RESERVATION_BAGGAGES_RESULT = """
SELECT json_object(
  'reservation_id', reservation.reservation_id,
  'user_id', reservation.user,
  'origin', reservation.origin,
  'destination', reservation.destination,
  'flight_type', reservation.flight_type,
  'cabin', reservation.cabin,
  'flights', json((
    SELECT json_group_array(
      json_object(
        'origin', flight.origin,
        'destination', flight.destination,
        'flight_number', reservation_flight.flight,
        'date', reservation_flight.date,
        'price', reservation_flight.price
      )
      ORDER BY reservation_flight.id
    )
    FROM reservation_flight
    JOIN flight ON flight.flight_number = reservation_flight.flight
    WHERE reservation_flight.reservation = reservation.reservation_id
  )),
  'passengers', json((
    SELECT json_group_array(
      json_object(
        'first_name', passenger.first_name,
        'last_name', passenger.last_name,
        'dob', passenger.dob
      )
      ORDER BY passenger.id
    )
    FROM passenger
    WHERE passenger.reservation = reservation.reservation_id
  )),
  'payment_history', json((
    SELECT json_group_array(
      json_object('payment_id', payment.payment_id, 'amount', payment.amount)
      ORDER BY payment.id
    )
    FROM payment
    WHERE payment.reservation = reservation.reservation_id
  )),
  'created_at', reservation.created_at,
  'total_baggages', reservation.total_baggages,
  'nonfree_baggages', reservation.nonfree_baggages,
  'insurance', reservation.insurance,
  'status', reservation.status
)
FROM reservation
WHERE reservation.reservation_id = :reservation
"""


@tool(
    reservation=Ref(RESERVATION, name="reservation_id"),
    total_baggages=Int(),
    nonfree_baggages=Int(),
    payment_id=Text(),
    writes=True,
)
def update_reservation_baggages(db, reservation, total_baggages, nonfree_baggages, payment_id):
    """Change the number of checked bags and charge for those added."""
    charge(
        db,
        reservation,
        payment_id,
        db.value(
            UPDATE_RESERVATION_BAGGAGES_TOTAL_PRICE,
            nonfree_baggages=nonfree_baggages,
            reservation=reservation,
        ),
    )
    db.run(
        UPDATE_RESERVATION_BAGGAGES_UPDATE_RESERVATION,
        total_baggages=total_baggages,
        nonfree_baggages=nonfree_baggages,
        reservation=reservation,
    )
    return db.value(UPDATE_RESERVATION_BAGGAGES_RESULT, reservation=reservation)


UPDATE_RESERVATION_FLIGHTS_PEOPLE = "SELECT count(*) FROM passenger WHERE reservation = :reservation"
UPDATE_RESERVATION_FLIGHTS_BEFORE = """
SELECT id
FROM reservation_flight
WHERE reservation = :reservation
ORDER BY id
"""
UPDATE_RESERVATION_FLIGHTS_KEPT = """
SELECT (
  SELECT reservation_flight.id
  FROM json_each(:before) AS item
  JOIN reservation_flight ON reservation_flight.id = item.value
  WHERE reservation_flight.flight = :f ->> 'flight'
    AND reservation_flight.date = :f ->> 'date'
    AND :cabin = reservation.cabin
  ORDER BY item.key
  LIMIT 1
)
FROM reservation
WHERE reservation.reservation_id = :reservation
"""
UPDATE_RESERVATION_FLIGHTS_CREATE_RESERVATION_FLIGHT = """
INSERT INTO reservation_flight (reservation, flight, date, price)
VALUES (
  :reservation,
  (
    SELECT reservation_flight.flight
    FROM reservation_flight
    WHERE reservation_flight.id = :kept
  ),
  (
    SELECT reservation_flight_2.date
    FROM reservation_flight AS reservation_flight_2
    WHERE reservation_flight_2.id = :kept
  ),
  (
    SELECT reservation_flight_3.price
    FROM reservation_flight AS reservation_flight_3
    WHERE reservation_flight_3.id = :kept
  )
)
RETURNING id
"""
UPDATE_RESERVATION_FLIGHTS_TOTAL_PRICE = """
SELECT awm_whole(
  :total_price + (SELECT price FROM reservation_flight WHERE id = :kept) * :people
)
"""
UPDATE_RESERVATION_FLIGHTS_CREATE_RESERVATION_FLIGHT_2 = """
INSERT INTO reservation_flight (reservation, flight, date, price)
VALUES (
  :reservation, :f ->> 'flight', :f ->> 'date', (SELECT price FROM fare WHERE id = :fare)
)
RETURNING id
"""
UPDATE_RESERVATION_FLIGHTS_TOTAL_PRICE_2 = """
SELECT awm_whole(:total_price + price * :people)
FROM fare
WHERE id = :fare
"""
UPDATE_RESERVATION_FLIGHTS_TOTAL_PRICE_3 = """
SELECT awm_whole(
  :total_price
  - (
    SELECT coalesce(sum(reservation_flight.price), 0)
    FROM json_each(:before) AS item
    JOIN reservation_flight ON reservation_flight.id = item.value
  ) * :people
)
"""
UPDATE_RESERVATION_FLIGHTS_DELETE_RESERVATION_FLIGHT = """
DELETE FROM reservation_flight
WHERE id IN (
  SELECT reservation_flight.id
  FROM json_each(:before) AS item
  JOIN reservation_flight ON reservation_flight.id = item.value
)
"""
UPDATE_RESERVATION_FLIGHTS_UPDATE_RESERVATION = """
UPDATE reservation
SET cabin = :cabin
WHERE reservation_id = :reservation
"""
UPDATE_RESERVATION_FLIGHTS_RESULT = """
SELECT json_object(
  'reservation_id', reservation.reservation_id,
  'user_id', reservation.user,
  'origin', reservation.origin,
  'destination', reservation.destination,
  'flight_type', reservation.flight_type,
  'cabin', reservation.cabin,
  'flights', json((
    SELECT json_group_array(
      json_object(
        'origin', flight.origin,
        'destination', flight.destination,
        'flight_number', reservation_flight.flight,
        'date', reservation_flight.date,
        'price', reservation_flight.price
      )
      ORDER BY reservation_flight.id
    )
    FROM reservation_flight
    JOIN flight ON flight.flight_number = reservation_flight.flight
    WHERE reservation_flight.reservation = reservation.reservation_id
  )),
  'passengers', json((
    SELECT json_group_array(
      json_object(
        'first_name', passenger.first_name,
        'last_name', passenger.last_name,
        'dob', passenger.dob
      )
      ORDER BY passenger.id
    )
    FROM passenger
    WHERE passenger.reservation = reservation.reservation_id
  )),
  'payment_history', json((
    SELECT json_group_array(
      json_object('payment_id', payment.payment_id, 'amount', payment.amount)
      ORDER BY payment.id
    )
    FROM payment
    WHERE payment.reservation = reservation.reservation_id
  )),
  'created_at', reservation.created_at,
  'total_baggages', reservation.total_baggages,
  'nonfree_baggages', reservation.nonfree_baggages,
  'insurance', reservation.insurance,
  'status', reservation.status
)
FROM reservation
WHERE reservation.reservation_id = :reservation
"""


@tool(
    reservation=Ref(RESERVATION, name="reservation_id"),
    cabin=Enum("business", "economy", "basic_economy"),
    flights=List(Record({"flight": Ref(FLIGHT, name="flight_number"), "date": Date()})),
    payment_id=Text(),
    writes=True,
)
def update_reservation_flights(db, reservation, cabin, flights, payment_id):
    """Change the flights or the cabin of a trip; charges or refunds the difference."""
    people = db.value(UPDATE_RESERVATION_FLIGHTS_PEOPLE, reservation=reservation)
    before = db.values(UPDATE_RESERVATION_FLIGHTS_BEFORE, reservation=reservation)
    total_price = 0
    for f in db.each(flights):
        kept = db.value(
            UPDATE_RESERVATION_FLIGHTS_KEPT, before=before, f=f, cabin=cabin, reservation=reservation
        )
        if kept is not None:
            db.insert(
                UPDATE_RESERVATION_FLIGHTS_CREATE_RESERVATION_FLIGHT, reservation=reservation, kept=kept
            )
            total_price = db.value(
                UPDATE_RESERVATION_FLIGHTS_TOTAL_PRICE, total_price=total_price, kept=kept, people=people
            )
        else:
            fare = bookable(db, f["flight"], f["date"], cabin, people)
            db.insert(
                UPDATE_RESERVATION_FLIGHTS_CREATE_RESERVATION_FLIGHT_2,
                reservation=reservation,
                f=f,
                fare=fare,
            )
            total_price = db.value(
                UPDATE_RESERVATION_FLIGHTS_TOTAL_PRICE_2, total_price=total_price, fare=fare, people=people
            )
    charge(
        db,
        reservation,
        payment_id,
        db.value(
            UPDATE_RESERVATION_FLIGHTS_TOTAL_PRICE_3, total_price=total_price, before=before, people=people
        ),
    )
    db.run(UPDATE_RESERVATION_FLIGHTS_DELETE_RESERVATION_FLIGHT, before=before)
    db.run(UPDATE_RESERVATION_FLIGHTS_UPDATE_RESERVATION, cabin=cabin, reservation=reservation)
    return db.value(UPDATE_RESERVATION_FLIGHTS_RESULT, reservation=reservation)


UPDATE_RESERVATION_PASSENGERS_REQUIRE = """
SELECT json_array_length(:passengers) = (
  SELECT count(*) FROM passenger WHERE reservation = :reservation
)
"""
UPDATE_RESERVATION_PASSENGERS_DELETE_PASSENGER = "DELETE FROM passenger WHERE reservation = :reservation"
UPDATE_RESERVATION_PASSENGERS_RESULT = """
SELECT json_object(
  'reservation_id', reservation.reservation_id,
  'user_id', reservation.user,
  'origin', reservation.origin,
  'destination', reservation.destination,
  'flight_type', reservation.flight_type,
  'cabin', reservation.cabin,
  'flights', json((
    SELECT json_group_array(
      json_object(
        'origin', flight.origin,
        'destination', flight.destination,
        'flight_number', reservation_flight.flight,
        'date', reservation_flight.date,
        'price', reservation_flight.price
      )
      ORDER BY reservation_flight.id
    )
    FROM reservation_flight
    JOIN flight ON flight.flight_number = reservation_flight.flight
    WHERE reservation_flight.reservation = reservation.reservation_id
  )),
  'passengers', json((
    SELECT json_group_array(
      json_object(
        'first_name', passenger.first_name,
        'last_name', passenger.last_name,
        'dob', passenger.dob
      )
      ORDER BY passenger.id
    )
    FROM passenger
    WHERE passenger.reservation = reservation.reservation_id
  )),
  'payment_history', json((
    SELECT json_group_array(
      json_object('payment_id', payment.payment_id, 'amount', payment.amount)
      ORDER BY payment.id
    )
    FROM payment
    WHERE payment.reservation = reservation.reservation_id
  )),
  'created_at', reservation.created_at,
  'total_baggages', reservation.total_baggages,
  'nonfree_baggages', reservation.nonfree_baggages,
  'insurance', reservation.insurance,
  'status', reservation.status
)
FROM reservation
WHERE reservation.reservation_id = :reservation
"""


@tool(
    reservation=Ref(RESERVATION, name="reservation_id"),
    passengers=List(Record({"first_name": Text(), "last_name": Text(), "dob": Date()})),
    writes=True,
)
def update_reservation_passengers(db, reservation, passengers):
    """Replace the passengers of a trip, as many as before."""
    if not db.value(UPDATE_RESERVATION_PASSENGERS_REQUIRE, passengers=passengers, reservation=reservation):
        raise ToolError("passenger_count_mismatch", "The number of passengers cannot change.")
    db.run(UPDATE_RESERVATION_PASSENGERS_DELETE_PASSENGER, reservation=reservation)
    add_passengers(db, reservation, passengers)
    return db.value(UPDATE_RESERVATION_PASSENGERS_RESULT, reservation=reservation)


GET_FLIGHT_STATUS_DAY = """
SELECT id
FROM flight_day
WHERE flight = :flight AND date = :date
ORDER BY id
LIMIT 1
"""
GET_FLIGHT_STATUS_NO_FLIGHT_THAT_DAY = "SELECT awm_concat(:flight, ' does not fly on ', :date, '.')"
GET_FLIGHT_STATUS_RESULT = "SELECT json_object('value', status) FROM flight_day WHERE id = :day"


@tool(flight=Ref(FLIGHT, name="flight_number"), date=Date())
def get_flight_status(db, flight, date):
    """Whether a departure is open, delayed, cancelled, in the air or has landed."""
    day = db.value(GET_FLIGHT_STATUS_DAY, flight=flight, date=date)
    if day is None:
        raise ToolError(
            "no_flight_that_day", db.value(GET_FLIGHT_STATUS_NO_FLIGHT_THAT_DAY, flight=flight, date=date)
        )
    return db.value(GET_FLIGHT_STATUS_RESULT, day=day)


# Lines of this file, and the lines of the spec from which they are made.
SPEC_LINES = """
55:168 56:168 57:168 58:170 59:170 60:170 61:170 62:172 63:173 64:173 65:175 96:180 97:180 98:180 99:182
100:182 101:184 102:185 103:186 104:186 105:188 106:190 107:191 108:191 109:191 120:196 121:197 152:208
381:240 382:240 383:240 384:243 385:244 386:244 387:244 388:244 389:244 390:244 391:244 392:244 393:244
394:244 395:244 396:244 397:244 398:256 399:258 400:259 401:260 402:261 403:267 404:267 405:267 406:269
407:269 408:270 409:272 410:273 411:273 412:273 413:275 414:275 415:277 416:279 417:279 418:279 419:279
420:279 421:282 422:283 423:283 424:283 425:285 426:286 427:287 428:289 429:289 430:291 431:292 432:296
446:301 447:301 448:303 523:308 524:309 525:311 526:312 586:317 646:322 662:349 704:358 790:374 823:393
824:393 825:393 826:393 827:393 828:397 829:403 842:408 918:418 919:418 920:418 921:418 922:418 923:418
924:418 925:418 926:418 927:418 928:419 929:419 930:419 931:419 932:419 933:419 934:420 1083:430 1084:431
1085:432 1086:433 1087:434 1088:434 1089:434 1090:437 1091:438 1092:438 1093:438 1094:444 1095:444 1096:444
1097:444 1098:446 1099:447 1100:447 1101:447 1102:447 1103:447 1104:447 1105:453 1106:453 1107:453 1108:456
1109:456 1110:456 1111:456 1112:456 1113:456 1114:456 1115:456 1116:457 1117:458 1118:459 1188:467 1189:467
1190:469 1191:470 1192:471 1209:476 1210:476 1211:476 1212:476 1213:476 1214:478
"""
