"""Our rows and results in the form of the recorded ones."""

from __future__ import annotations

import json
from typing import Any

import apsw

from awmlang.runtime.session import Session
from tests.oracle.recording import DocumentPath

# What a row of these belongs to: the collection, and the SQL that finds the id of the document by the row's key.
OWNERS = {
    "Flight": ("flights", "SELECT :key"),
    "FlightDay": ("flights", "SELECT flight FROM flight_day WHERE id = :key"),
    "Fare": (
        "flights",
        "SELECT d.flight FROM fare AS f JOIN flight_day AS d ON d.id = f.day WHERE f.id = :key",
    ),
    "User": ("users", "SELECT :key"),
    "SavedPassenger": ("users", "SELECT user FROM saved_passenger WHERE id = :key"),
    "PaymentMethod": ("users", "SELECT user FROM payment_method WHERE id = :key"),
    "Reservation": ("reservations", "SELECT :key"),
    "ReservationFlight": ("reservations", "SELECT reservation FROM reservation_flight WHERE id = :key"),
    "Passenger": ("reservations", "SELECT reservation FROM passenger WHERE id = :key"),
    "Payment": ("reservations", "SELECT reservation FROM payment WHERE id = :key"),
}

DOCUMENTS = {
    "flights": """
        SELECT json_object(
          'flight_number', f.flight_number, 'origin', f.origin, 'destination', f.destination,
          'scheduled_departure_time_est', f.scheduled_departure_time_est,
          'scheduled_arrival_time_est', f.scheduled_arrival_time_est,
          'dates', json((SELECT json_group_object(d.date, json_object(
            'status', d.status,
            'estimated_departure_time_est', d.estimated_departure_time_est,
            'estimated_arrival_time_est', d.estimated_arrival_time_est,
            'actual_departure_time_est', d.actual_departure_time_est,
            'actual_arrival_time_est', d.actual_arrival_time_est,
            'available_seats', json((SELECT json_group_object(cabin, available_seats) FROM fare WHERE day = d.id)),
            'prices', json((SELECT json_group_object(cabin, price) FROM fare WHERE day = d.id))
          )) FROM flight_day AS d WHERE d.flight = f.flight_number)))
        FROM flight AS f WHERE f.flight_number = :id""",
    "users": """
        SELECT json_object(
          'user_id', u.user_id, 'name', json_object('first_name', u.first_name, 'last_name', u.last_name),
          'address', json_object('address1', u.address1, 'address2', u.address2, 'city', u.city,
            'country', u.country, 'state', u.state, 'zip', u.zip),
          'email', u.email, 'dob', u.dob, 'membership', u.membership,
          'payment_methods', json((SELECT json_group_object(payment_id, json_object('source', source, 'id', payment_id,
            'amount', amount / 100.0, 'brand', brand, 'last_four', last_four)) FROM payment_method WHERE user = u.user_id)),
          'saved_passengers', json((SELECT json_group_array(
            json_object('first_name', first_name, 'last_name', last_name, 'dob', dob) ORDER BY id)
            FROM saved_passenger WHERE user = u.user_id)),
          'reservations', json((SELECT json_group_array(reservation_id) FROM reservation WHERE user = u.user_id)))
        FROM user AS u WHERE u.user_id = :id""",
    "reservations": """
        SELECT json_object(
          'reservation_id', r.reservation_id, 'user_id', r.user, 'origin', r.origin, 'destination', r.destination,
          'flight_type', r.flight_type, 'cabin', r.cabin,
          'flights', json((SELECT json_group_array(json_object('flight_number', s.flight, 'origin', f.origin,
            'destination', f.destination, 'date', s.date, 'price', s.price) ORDER BY s.id)
            FROM reservation_flight AS s JOIN flight AS f ON f.flight_number = s.flight
            WHERE s.reservation = r.reservation_id)),
          'passengers', json((SELECT json_group_array(
            json_object('first_name', first_name, 'last_name', last_name, 'dob', dob) ORDER BY id)
            FROM passenger WHERE reservation = r.reservation_id)),
          'payment_history', json((SELECT json_group_array(
            json_object('payment_id', payment_id, 'amount', amount) ORDER BY id)
            FROM payment WHERE reservation = r.reservation_id)),
          'created_at', r.created_at, 'total_baggages', r.total_baggages,
          'nonfree_baggages', r.nonfree_baggages, 'insurance', r.insurance, 'status', r.status)
        FROM reservation AS r WHERE r.reservation_id = :id""",
}


def document(connection: apsw.Connection, path: DocumentPath) -> Any:
    """One of the recorded JSON's documents as our rows have it; None if it is not there."""
    collection, id = path
    found = connection.execute(DOCUMENTS[collection], {"id": id}).fetchall()
    return json.loads(found[0][0]) if found else None


def touched(session: Session) -> set[DocumentPath]:
    """The documents with a row that differs from the start."""
    paths = set()
    for entity, parts in session.diff().items():
        collection, owner = OWNERS[entity]
        column = {"flights": "flight", "users": "user", "reservations": "reservation"}[collection]
        for kind, rows in parts.items():
            for key, row in rows.items():
                if kind == "gone" and column in row:
                    id = row[column]
                else:
                    id = session.database.value(owner, key=key)
                paths.add((collection, id))
                if entity == "Reservation" and kind != "changed":  # the list of a user's reservations
                    paths.add(("users", row["user"]))
    return paths


# ---- Results

WORDED = {"send_certificate", "transfer_to_human_agents"}  # their sentences are not ours


def result(tool: str, value: Any) -> Any:
    """Our result as theirs is read: without the object around a list, a number where it stands in a text."""
    if isinstance(value, dict) and value.keys() in ({"items"}, {"value"}):
        (value,) = value.values()
    return float(value) if tool == "calculate" else value


def recorded_result(tool: str, text: str) -> Any:
    """Their result, read from the text that an agent saw."""
    return text if tool == "get_flight_status" else json.loads(text)


# ---- Equality


def same(ours: Any, theirs: Any, key: str = "") -> bool:
    """Equal to a cent; null is absent; lists of airports and of a user's reservations in any order."""
    if isinstance(theirs, (int, float)) and not isinstance(theirs, bool):
        return isinstance(ours, (int, float)) and abs(ours - theirs) < 0.0101
    if isinstance(theirs, dict):
        if not isinstance(ours, dict):
            return False
        # A departure that cannot be booked has no fares: no object in theirs, an empty one in ours
        names = [
            {name for name, value in side.items() if value is not None and value != {}}
            for side in (ours, theirs)
        ]
        return names[0] == names[1] and all(same(ours[name], theirs[name], name) for name in names[0])
    if isinstance(theirs, list):
        if not isinstance(ours, list) or len(ours) != len(theirs):
            return False
        if key == "reservations" or (ours and isinstance(ours[0], dict) and "iata" in ours[0]):
            ours, theirs = sorted(ours, key=str), sorted(theirs, key=str)
        return all(same(a, b) for a, b in zip(ours, theirs, strict=True))
    return bool(ours == theirs)
