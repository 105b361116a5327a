"""Bugs of specs: guards, amounts and statuses that are not what is meant. What is left is a spec like any other."""

from __future__ import annotations

from functools import partial

from tests.plants.plant import Plant

_food = partial(Plant, "spec", file="specs/food_delivery.awm")
_airline = partial(Plant, "spec", file="specs/airline.awm")
_clinic = partial(Plant, "spec", file="specs/clinic.awm")
_bank = partial(Plant, "spec", file="specs/retail_bank.awm")
_warehouse = partial(Plant, "spec", file="specs/warehouse.awm")
_tracker = partial(Plant, "spec", file="specs/project_tracker.awm")
_chat = partial(Plant, "spec", file="specs/team_chat.awm")

PLANTS = [
    _food(
        name="refund-without-tip",
        old="  let refund = order.total + order.tip\n",
        new="  let refund = order.total\n",
        breaks="a cancelled order gives the tip not back",
    ),
    _food(
        name="order-without-address",
        old='update cart { status = "placed", address = address, placed_at = now, tip = tip }',
        new='update cart { status = "placed", placed_at = now, tip = tip }',
        breaks="an order goes nowhere",
    ),
    _food(
        name="cancelled-after-an-hour",
        old='      when .placed_at != null and now < .placed_at + minutes(10) else "too late to cancel"\n',
        new='      when .placed_at != null and now >= .placed_at + minutes(10) else "too late to cancel"\n',
        breaks="an order can be cancelled only when it is too late",
    ),
    _food(
        name="second-helping",
        old="    update line { quantity += quantity }\n",
        new="    create OrderLine { order = cart, item = item, quantity = quantity, unit_price = item.price }\n",
        breaks="a dish that is in the cart already cannot be added",
    ),
    _airline(
        name="one-seat-left-over",
        old="  require fare.available_seats >= people\n",
        new="  require fare.available_seats > people\n",
        breaks="the last seat cannot be booked",
    ),
    _airline(
        name="charged-when-cancelled",
        old="payment_id = p.payment_id, amount = -p.amount }",
        new="payment_id = p.payment_id, amount = p.amount }",
        breaks="who cancels pays once more",
    ),
    _airline(
        name="empty-gift-card",
        old="    require balance >= total_price\n      else not_enough_balance",
        new="    require balance > 0 or total_price <= 0\n      else not_enough_balance",
        breaks="a gift card pays more than it holds",
    ),
    _airline(
        name="fewer-bags-refunded",
        old="50 * greatest(0, nonfree_baggages - reservation.nonfree_baggages)",
        new="50 * (nonfree_baggages - reservation.nonfree_baggages)",
        breaks="bags that are taken off are paid back",
    ),
    _airline(
        name="one-seat-a-booking",
        old="      { available_seats -= people }\n",
        new="      { available_seats -= 1 }\n",
        breaks="a booking for several takes one seat",
    ),
    _airline(
        name="insurance-for-one",
        old='  if insurance == "yes" { total_price += 30 * people }\n',
        new='  if insurance == "yes" { total_price += 30 }\n',
        breaks="insurance costs the same for any number of people",
    ),
    _airline(
        name="connection-yesterday",
        old='contains "+1" then date + days(1) else date',
        new='contains "+1" then date else date + days(1)',
        breaks="connections leave before the first flight lands",
    ),
    _airline(
        name="any-number-of-passengers",
        old="  require length(passengers) == count(reservation.passengers)\n",
        new="  require length(passengers) >= count(reservation.passengers)\n",
        breaks="passengers can be added to a trip",
    ),
    _airline(
        name="certificate-for-ever",
        old='    if method.source == "certificate" { delete method }\n',
        new="",
        breaks="a certificate pays again and again",
    ),
    _clinic(
        name="late-fee-too-late",
        old="  if slot.starts_at - now < hours(24) {\n",
        new="  if slot.starts_at - now < hours(2) {\n",
        breaks="cancelling a few hours ahead is free",
    ),
    _clinic(
        name="last-come-first-served",
        old="      sort .joined_at\n  )\n  if next != null",
        new="      sort .joined_at desc\n  )\n  if next != null",
        breaks="a free slot goes to the one who has waited least",
    ),
    _clinic(
        name="old-slot-stays-taken",
        old='  update old_slot { status = "open" }\n',
        new="",
        breaks="an appointment that moves leaves its slot booked",
    ),
    _clinic(
        name="refills-not-used",
        old="      update p { refills_left -= 1 }\n",
        new="      update p { refills_left = .refills_left }\n",
        breaks="a refill can be used for ever",
    ),
    _clinic(
        name="credit-refund-doubled",
        old="  require back <= left and back > 0",
        new="  require back <= payment.amount and back > 0",
        breaks="a payment is refunded several times",
    ),
    _bank(
        name="other-half-missing",
        old='  book(to, "transfer", amount, from.name, purpose)\n',
        new="",
        breaks="money that is moved does not arrive",
    ),
    _bank(
        name="debit-debited",
        old="    amount = -entry.amount\n",
        new="    amount = entry.amount\n",
        breaks="a returned debit is taken once more",
    ),
    _bank(
        name="ended-orders-due",
        old="    where s.is_active and s.next_on <= until and s.account == account?\n",
        new="    where s.next_on <= until and s.account == account?\n",
        breaks="standing orders that have ended are still due",
    ),
    _bank(
        name="authorised-stay",
        old='  update card.payments where .status == "authorised" { status = "reversed" }\n',
        new="",
        breaks="a blocked card still pays",
    ),
    _bank(
        name="euros-for-dollars",
        old="  return amount * b / a\n",
        new="  return amount * a / b\n",
        breaks="money is changed at the opposite rate",
    ),
    _bank(
        name="limit-a-transfer",
        old="  require today + transfer.amount <= me.daily_limit\n",
        new="  require transfer.amount <= me.daily_limit\n",
        breaks="the limit for a day is one for a transfer",
    ),
    _warehouse(
        name="received-not-counted",
        old="  update line { received += quantity }\n",
        new="  update line { received = quantity - quantity }\n",
        breaks="goods that have come are still awaited",
    ),
    _warehouse(
        name="picked-still-there",
        old="    update a.stock { quantity -= a.quantity }\n",
        new="",
        breaks="picked goods stay in the bin, and free",
    ),
    _warehouse(
        name="cheapest-carrier-last",
        old="    sort shipping_cost(c, order.weight_g) then c.transit_days\n",
        new="    sort shipping_cost(c, order.weight_g) desc then c.transit_days\n",
        breaks="the dearest carrier is quoted first",
    ),
    _warehouse(
        name="cancelled-keeps-stock",
        old='  release(order)\n  update order { status = "cancelled" }\n',
        new='  update order { status = "cancelled" }\n',
        breaks="a cancelled order keeps its stock",
    ),
    _tracker(
        name="everything-is-finished",
        old='    status = if resolution == "finished" then "done" else "cancelled"\n',
        new='    status = if resolution == "duplicate" then "cancelled" else "done"\n',
        breaks="an issue that nobody wants is done",
    ),
    _tracker(
        name="nobody-told",
        old="  if person != me {\n    create Notification",
        new="  if person == me {\n    create Notification",
        breaks="people are told what they did themselves, and nothing else",
    ),
    _chat(
        name="declined-subscribes",
        old="  if approve {\n    let running",
        new="  if not approve {\n    let running",
        breaks="declined seats are paid for",
    ),
    _chat(
        name="half-a-swap",
        old="  update theirs { user = me }\n",
        new="",
        breaks="one of two swapped shifts stays as it was",
    ),
]
