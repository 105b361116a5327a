"""One long visit to the clinic in which every tool succeeds at least once; the same for all contestants.

Ids are known beforehand: they are given in order of creation, and the seed data is fixed.
"""

from __future__ import annotations

from typing import Any

Call = tuple[str, dict[str, Any]]

EPISODE: list[Call] = [
    ("search_doctors", {"query": "blood", "max_fee": 200}),
    ("get_opening_hours", {"doctor_id": 4}),
    ("find_slots", {"specialty_id": 1, "from": "2025-03-10", "to": "2025-03-16"}),
    ("next_available", {"specialty_id": 1}),
    ("open_slots", {"doctor_id": 4, "day": "2025-03-10", "how_many": 4}),
    ("book_appointment", {"slot_id": 7, "reason": "chest pain", "remind_hours": [24, 2]}),
    ("book_appointment", {"slot_id": 54, "reason": "cough", "remind_hours": []}),
    ("confirm_appointment", {"appointment_id": 7}),
    ("add_reminder", {"appointment_id": 7, "hours_before": 3}),
    ("reschedule_appointment", {"appointment_id": 4, "slot_id": 5}),
    ("check_in", {"appointment_id": 8}),
    (
        "record_visit",
        {
            "appointment_id": 8,
            "notes": "Dry cough for two weeks.",
            "diagnoses": [
                {"code": "J20.9", "description": "Acute bronchitis", "severity": "moderate"},
                {"code": "I10", "description": "Essential hypertension"},
            ],
            "services": [{"kind": "lab", "description": "Blood panel", "amount": 48.5}],
        },
    ),
    ("list_visits", {}),
    ("health_record", {}),
    ("prescribe", {"visit_id": 3, "drug_id": 4, "quantity": 30}),
    ("check_interactions", {"drug_ids": [1, 2, 4]}),
    ("list_prescriptions", {"status": "active"}),
    ("renew_prescription", {"prescription_id": 2}),
    ("expire_prescriptions", {}),
    ("find_pharmacies", {"drug_id": 1, "quantity": 45, "open_at": "08:00:00"}),
    ("order_medicines", {"pharmacy_id": 1, "prescription_ids": [1, 2], "quantities": [30, 20]}),
    ("order_medicines", {"pharmacy_id": 1, "prescription_ids": [1], "quantities": [10]}),
    ("cancel_medicine_order", {"order_id": "RX-00002"}),
    ("pay_invoice", {"invoice_id": "INV-00005", "method": "card"}),
    ("collect_order", {"order_id": "RX-00001"}),
    (
        "restock",
        {"pharmacy_id": 2, "items": [{"drug_id": 1, "quantity": 50}, {"drug_id": 3, "quantity": 20}]},
    ),
    ("low_stock", {}),
    ("top_drugs", {}),
    ("estimate_copay", {"kind": "procedure", "amount": 250.0}),
    ("get_invoice", {"invoice_id": "INV-00002"}),
    ("refund_payment", {"payment_id": 2, "amount": 15}),
    ("statement", {}),
    ("spending_by_kind", {"in_year": 2025}),
    ("overdue_report", {}),
    ("join_waiting_list", {"doctor_id": 3, "earliest": "2025-03-10", "latest": "2025-03-24"}),
    ("leave_waiting_list", {"entry_id": 3}),
    ("waiting_times", {}),
    ("send_due_reminders", {}),
    ("list_appointments", {}),
    ("get_appointment", {"appointment_id": 4}),
    ("list_invoices", {}),
    ("list_reminders", {}),
    ("delete_reminder", {"reminder_id": 1}),
    ("list_pharmacies", {}),
    ("get_pharmacy", {"pharmacy_id": 1}),
    ("get_insurance_plan", {"insurance_plan_id": "PLU-02"}),
    ("cancel_appointment", {"appointment_id": 3, "accept_fee": True}),
    ("block_days", {"doctor_id": 1, "from": "2025-03-12", "to": "2025-03-20"}),
]
