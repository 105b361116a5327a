"""The tools of retail_bank. Made by awmc from retail_bank.awm; change that, not this."""

from awmlang.runtime import functions as fn
from awmlang.runtime.program import (
    Bool,
    Date,
    Datetime,
    Entity,
    Enum,
    Int,
    List,
    Money,
    Optional,
    Ref,
    Text,
    Time,
    ToolError,
    tool,
)

ACCOUNT_VISIBLE = """
SELECT 1
FROM account
WHERE account.iban = :key
  AND EXISTS(
    SELECT 1 FROM holder WHERE holder.account = account.iban AND holder.customer = :me
  )
"""
HOLDER_VISIBLE = """
SELECT 1
FROM holder
JOIN account ON account.iban = holder.account
WHERE holder.id = :key
  AND EXISTS(
    SELECT 1
    FROM holder AS holder_2
    WHERE holder_2.account = account.iban AND holder_2.customer = :me
  )
"""
RULE_VISIBLE = "SELECT 1 FROM rule WHERE id = :key AND customer = :me"
ENTRY_VISIBLE = """
SELECT 1
FROM entry
JOIN account ON account.iban = entry.account
WHERE entry.id = :key
  AND EXISTS(
    SELECT 1 FROM holder WHERE holder.account = account.iban AND holder.customer = :me
  )
"""
PAYEE_VISIBLE = "SELECT 1 FROM payee WHERE id = :key AND customer = :me"
TRANSFER_VISIBLE = """
SELECT 1
FROM transfer
JOIN account ON account.iban = transfer.account
WHERE transfer.id = :key
  AND EXISTS(
    SELECT 1 FROM holder WHERE holder.account = account.iban AND holder.customer = :me
  )
"""
STANDING_ORDER_VISIBLE = """
SELECT 1
FROM standing_order
JOIN account ON account.iban = standing_order.account
WHERE standing_order.id = :key
  AND EXISTS(
    SELECT 1 FROM holder WHERE holder.account = account.iban AND holder.customer = :me
  )
"""
MANDATE_VISIBLE = """
SELECT 1
FROM mandate
JOIN account ON account.iban = mandate.account
WHERE mandate.id = :key
  AND EXISTS(
    SELECT 1 FROM holder WHERE holder.account = account.iban AND holder.customer = :me
  )
"""
CARD_VISIBLE = """
SELECT 1
FROM card
JOIN account ON account.iban = card.account
WHERE card.id = :key
  AND EXISTS(
    SELECT 1 FROM holder WHERE holder.account = account.iban AND holder.customer = :me
  )
"""
CARD_PAYMENT_VISIBLE = """
SELECT 1
FROM card_payment
JOIN card ON card.id = card_payment.card
JOIN account ON account.iban = card.account
WHERE card_payment.id = :key
  AND EXISTS(
    SELECT 1 FROM holder WHERE holder.account = account.iban AND holder.customer = :me
  )
"""
DISPUTE_VISIBLE = """
SELECT 1
FROM dispute
JOIN card_payment AS payment ON payment.id = dispute.payment
JOIN card ON card.id = payment.card
JOIN account ON account.iban = card.account
WHERE dispute.id = :key
  AND EXISTS(
    SELECT 1 FROM holder WHERE holder.account = account.iban AND holder.customer = :me
  )
"""
POT_VISIBLE = """
SELECT 1
FROM pot
JOIN account ON account.iban = pot.account
WHERE pot.id = :key
  AND EXISTS(
    SELECT 1 FROM holder WHERE holder.account = account.iban AND holder.customer = :me
  )
"""
LOAN_VISIBLE = """
SELECT 1
FROM loan
JOIN account ON account.iban = loan.account
WHERE loan.id = :key
  AND EXISTS(
    SELECT 1 FROM holder WHERE holder.account = account.iban AND holder.customer = :me
  )
"""
INSTALMENT_VISIBLE = """
SELECT 1
FROM instalment
JOIN loan ON loan.id = instalment.loan
JOIN account ON account.iban = loan.account
WHERE instalment.id = :key
  AND EXISTS(
    SELECT 1 FROM holder WHERE holder.account = account.iban AND holder.customer = :me
  )
"""
MEETING_VISIBLE = "SELECT 1 FROM meeting WHERE id = :key AND customer = :me"
NOTE_VISIBLE = "SELECT 1 FROM note WHERE id = :key AND customer = :me"

BRANCH = Entity("Branch", table="branch", key=Int())
ADVISER = Entity("Adviser", table="adviser", key=Int())
CUSTOMER = Entity("Customer", table="customer", key=Int())
PRODUCT = Entity("Product", table="product", key=Text(), column="code")
ACCOUNT = Entity("Account", table="account", key=Text(), column="iban", visible=ACCOUNT_VISIBLE)
HOLDER = Entity("Holder", table="holder", key=Int(), visible=HOLDER_VISIBLE)
CATEGORY = Entity("Category", table="category", key=Int())
RULE = Entity("Rule", table="rule", key=Int(), visible=RULE_VISIBLE)
ENTRY = Entity("Entry", table="entry", key=Int(), visible=ENTRY_VISIBLE)
PAYEE = Entity("Payee", table="payee", key=Int(), visible=PAYEE_VISIBLE)
TRANSFER = Entity("Transfer", table="transfer", key=Int(), visible=TRANSFER_VISIBLE)
STANDING_ORDER = Entity("StandingOrder", table="standing_order", key=Int(), visible=STANDING_ORDER_VISIBLE)
MANDATE = Entity("Mandate", table="mandate", key=Int(), visible=MANDATE_VISIBLE)
CARD = Entity("Card", table="card", key=Int(), visible=CARD_VISIBLE)
CARD_PAYMENT = Entity("CardPayment", table="card_payment", key=Int(), visible=CARD_PAYMENT_VISIBLE)
DISPUTE = Entity("Dispute", table="dispute", key=Int(), visible=DISPUTE_VISIBLE)
POT = Entity("Pot", table="pot", key=Int(), visible=POT_VISIBLE)
EXCHANGE_RATE = Entity("ExchangeRate", table="exchange_rate", key=Int())
LOAN = Entity("Loan", table="loan", key=Int(), visible=LOAN_VISIBLE)
INSTALMENT = Entity("Instalment", table="instalment", key=Int(), visible=INSTALMENT_VISIBLE)
MEETING = Entity("Meeting", table="meeting", key=Int(), visible=MEETING_VISIBLE)
NOTE = Entity("Note", table="note", key=Int(), visible=NOTE_VISIBLE)

# What the constraints of the database say in the words of the spec.
RULES = {
    "Branch.name.unique": "name must be unique, and another Branch has this one",
    "Customer.name": "name must have from 1 to 60 characters",
    "Customer.email.unique": "email must be unique, and another Customer has this one",
    "Customer.daily_limit": "daily_limit must be at least 0",
    "Product.code": "code must match [A-Z]{3}[0-9]?",
    "product.code": "code must be unique, and another Product has this one",
    "Product.name.unique": "name must be unique, and another Product has this one",
    "Product.kind": "kind must be one of current, savings",
    "Product.interest": "interest must be from 0 to 20",
    "Product.fee": "fee must be at least 0",
    "Product.min_opening": "min_opening must be at least 0",
    "Product.is_offered": "is_offered must be true or false",
    "Account.iban": "iban must match [A-Z]{2}[0-9]{14}",
    "account.iban": "iban must be unique, and another Account has this one",
    "Account.name": "name must have from 1 to 40 characters",
    "Account.currency": "currency must be one of EUR, USD, CHF, GBP",
    "Account.status": "status must be one of active, frozen, closed",
    "Account.overdraft": "overdraft must be from 0 to 5000",
    "Holder.role": "role must be one of owner, co_owner, viewer",
    "Holder.check_1": "a person holds an account once",
    "Category.name": "name must have from 1 to 30 characters",
    "Category.name.unique": "name must be unique, and another Category has this one",
    "Category.is_income": "is_income must be true or false",
    "Rule.word": "word must have from 2 to 40 characters",
    "Rule.check_1": "one rule for a word",
    "Entry.kind": "kind must be one of transfer, card_payment, direct_debit, standing_order, fee, interest, salary, cash, refund, exchange, loan",
    "Entry.counterparty": "counterparty must have from 0 to 60 characters",
    "Entry.purpose": "purpose must have from 0 to 140 characters",
    "Entry.check_1": "an entry moves money",
    "Payee.name": "name must have from 1 to 60 characters",
    "Payee.iban": "iban must match [A-Z]{2}[0-9]{14}",
    "Payee.is_trusted": "is_trusted must be true or false",
    "Payee.check_1": "a payee for an IBAN",
    "Transfer.amount": "amount must be at least 0.01",
    "Transfer.purpose": "purpose must have from 0 to 140 characters",
    "Transfer.status": "status must be one of scheduled, done, cancelled",
    "StandingOrder.amount": "amount must be at least 0.01",
    "StandingOrder.purpose": "purpose must have from 0 to 140 characters",
    "StandingOrder.rhythm": "rhythm must be one of monthly, quarterly, yearly",
    "StandingOrder.is_active": "is_active must be true or false",
    "StandingOrder.check_1": "it ends after it begins",
    "Mandate.creditor": "creditor must have from 1 to 60 characters",
    "Mandate.reference": "reference must have from 1 to 30 characters",
    "Mandate.status": "status must be one of active, revoked",
    "Mandate.max_amount": "max_amount must be at least 0.01",
    "Mandate.check_1": "a mandate once",
    "Card.last_four": "last_four must match [0-9]{4}",
    "Card.last_four.unique": "last_four must be unique, and another Card has this one",
    "Card.status": "status must be one of active, blocked",
    "Card.month_limit": "month_limit must be from 0 to 10000",
    "Card.works_abroad": "works_abroad must be true or false",
    "Card.replaces.unique": "replaces must be unique, and another Card has this one",
    "CardPayment.merchant": "merchant must have from 1 to 60 characters",
    "CardPayment.country": "country must match [A-Z]{2}",
    "CardPayment.amount": "amount must be at least 0.01",
    "CardPayment.status": "status must be one of authorised, settled, reversed",
    "Dispute.payment.unique": "payment must be unique, and another Dispute has this one",
    "Dispute.reason": "reason must be one of not_mine, wrong_amount, twice, not_delivered",
    "Dispute.status": "status must be one of open, won, lost, withdrawn",
    "Dispute.credited": "credited must be at least 0",
    "Pot.name": "name must have from 1 to 40 characters",
    "Pot.target": "target must be at least 1",
    "Pot.saved": "saved must be at least 0",
    "Pot.check_1": "a pot has one name",
    "ExchangeRate.currency": "currency must be one of EUR, USD, CHF, GBP",
    "ExchangeRate.per_euro": "per_euro must be at least 0.0001",
    "ExchangeRate.check_1": "one rate a currency",
    "Loan.purpose": "purpose must have from 1 to 60 characters",
    "Loan.principal": "principal must be at least 100",
    "Loan.rate": "rate must be from 0 to 25",
    "Loan.month_part": "month_part must be at least 1",
    "Loan.extra_paid": "extra_paid must be at least 0",
    "Instalment.number": "number must be from 1 to 480",
    "Instalment.principal_part": "principal_part must be at least 0.01",
    "Instalment.interest": "interest must be at least 0",
    "Instalment.check_1": "an instalment has one number",
    "Meeting.topic": "topic must have from 1 to 60 characters",
    "Meeting.check_1": "starts before it ends",
    "Meeting.check_2": "an adviser sees one customer at a time",
    "Note.is_read": "is_read must be true or false",
}

# What must hold at the end of a call: SQL that gives 1, the words, the entities that it reads.
INVARIANTS = [
    (
        """
SELECT NOT EXISTS(
  SELECT 1
  FROM account
  WHERE NOT (
    SELECT coalesce(sum(entry.amount), 0) FROM entry WHERE entry.account = account.iban
  ) + account.overdraft - (
    SELECT coalesce(sum(pot.saved), 0) FROM pot WHERE pot.account = account.iban
  ) - (
    SELECT coalesce(sum(p.amount), 0)
    FROM card_payment AS p
    JOIN card ON card.id = p.card
    WHERE card.account = account.iban AND p.status = 'authorised'
  ) >= 0
)
""",
        "no account goes beyond its overdraft",
        ("Account", "Card", "CardPayment", "Entry", "Pot"),
    ),
    (
        """
SELECT NOT EXISTS(
  SELECT 1
  FROM loan
  WHERE NOT loan.principal - loan.extra_paid - (
    SELECT coalesce(sum(instalment.principal_part), 0)
    FROM instalment
    WHERE instalment.loan = loan.id AND instalment.paid_on IS NOT NULL
  ) >= 0
)
""",
        "no loan is paid back twice",
        ("Instalment", "Loan"),
    ),
    (
        """
SELECT NOT EXISTS(
  SELECT 1
  FROM account
  WHERE account.status = 'closed'
    AND (
      SELECT coalesce(sum(entry.amount), 0) FROM entry WHERE entry.account = account.iban
    ) <> 0
)
""",
        "a closed account is empty",
        ("Account", "Entry"),
    ),
]


MUST_USE_REQUIRE = "SELECT status = 'active' FROM account WHERE iban = :account"
MUST_USE_NOT_ACTIVE = "SELECT awm_concat(name, ' is ', status, '.') FROM account WHERE iban = :account"
MUST_USE_REQUIRE_2 = """
SELECT EXISTS(
  SELECT 1 FROM holder WHERE account = :account AND customer = :me AND role <> 'viewer'
)
"""
MUST_USE_ONLY_VIEWER = """
SELECT awm_concat('You may look at ', name, ', no more.')
FROM account
WHERE iban = :account
"""


def must_use(db, account):
    """Only owners move money, and only on accounts in use."""
    if not db.value(MUST_USE_REQUIRE, account=account):
        raise ToolError("not_active", db.value(MUST_USE_NOT_ACTIVE, account=account))
    if not db.value(MUST_USE_REQUIRE_2, account=account, me=db.me):
        raise ToolError("only_viewer", db.value(MUST_USE_ONLY_VIEWER, account=account))


CATEGORY_OF_RESULT = """
SELECT category
FROM rule
WHERE customer = :me AND awm_contains(:counterparty, word)
ORDER BY length(word) DESC, id
LIMIT 1
"""


def category_of(db, counterparty):
    """What my rules say, the longest word first."""
    return db.value(CATEGORY_OF_RESULT, me=db.me, counterparty=counterparty)


BOOK_CREATE_ENTRY = """
INSERT INTO entry (account, kind, amount, counterparty, purpose, category, booked_at)
VALUES (:account, :kind, :amount, :counterparty, :purpose, :category_1, :now)
RETURNING id
"""


def book(db, account, kind, amount, counterparty, purpose):
    category_1 = category_of(db, counterparty)
    return db.insert(
        BOOK_CREATE_ENTRY,
        account=account,
        kind=kind,
        amount=amount,
        counterparty=counterparty,
        purpose=purpose,
        category_1=category_1,
        now=db.now,
    )


WITHDRAW_REQUIRE = """
SELECT (
  SELECT coalesce(sum(entry.amount), 0) FROM entry WHERE entry.account = account.iban
) + account.overdraft - (
  SELECT coalesce(sum(pot.saved), 0) FROM pot WHERE pot.account = account.iban
) - (
  SELECT coalesce(sum(p.amount), 0)
  FROM card_payment AS p
  JOIN card ON card.id = p.card
  WHERE card.account = account.iban AND p.status = 'authorised'
) >= :amount
FROM account
WHERE account.iban = :account
"""
WITHDRAW_TOO_LITTLE = """
SELECT awm_concat(
  account.name,
  ' has ',
  awm_money_text(awm_whole(
    (SELECT coalesce(sum(entry.amount), 0) FROM entry WHERE entry.account = account.iban)
    + account.overdraft
    - (SELECT coalesce(sum(pot.saved), 0) FROM pot WHERE pot.account = account.iban)
    - (
      SELECT coalesce(sum(p.amount), 0)
      FROM card_payment AS p
      JOIN card ON card.id = p.card
      WHERE card.account = account.iban AND p.status = 'authorised'
    )
  )),
  ' available, and ',
  awm_money_text(:amount),
  ' are needed.'
)
FROM account
WHERE account.iban = :account
"""
WITHDRAW_AMOUNT = "SELECT -:amount"


def withdraw(db, account, kind, amount, counterparty, purpose):
    must_use(db, account)
    if not db.value(WITHDRAW_REQUIRE, account=account, amount=amount):
        raise ToolError("too_little", db.value(WITHDRAW_TOO_LITTLE, account=account, amount=amount))
    book(db, account, kind, db.value(WITHDRAW_AMOUNT, amount=amount), counterparty, purpose)


EXECUTE_TODAY = """
SELECT awm_whole((
  SELECT coalesce(sum(t.amount), 0)
  FROM transfer AS t
  WHERE t.status = 'done'
    AND t.execute_on = date(:now)
    AND EXISTS(
      SELECT 1 FROM holder WHERE holder.account = t.account AND holder.customer = :me
    )
    AND t.id <> :transfer
))
"""
EXECUTE_REQUIRE = """
SELECT :today + transfer.amount <= me.daily_limit
FROM transfer
JOIN customer AS me ON me.id = :me
WHERE transfer.id = :transfer
"""
EXECUTE_OVER_LIMIT = """
SELECT awm_concat(
  'With ',
  awm_money_text(:today),
  ' sent today, ',
  awm_money_text(transfer.amount),
  ' more goes beyond your limit of ',
  awm_money_text(me.daily_limit),
  ' a day.'
)
FROM transfer
JOIN customer AS me ON me.id = :me
WHERE transfer.id = :transfer
"""
EXECUTE_ACCOUNT = "SELECT account FROM transfer WHERE id = :transfer"
EXECUTE_AMOUNT = "SELECT amount FROM transfer WHERE id = :transfer"
EXECUTE_COUNTERPARTY = """
SELECT payee.name
FROM transfer
JOIN payee ON payee.id = transfer.payee
WHERE transfer.id = :transfer
"""
EXECUTE_PURPOSE = "SELECT purpose FROM transfer WHERE id = :transfer"
EXECUTE_TARGET = """
SELECT (
  SELECT account.iban
  FROM account
  WHERE account.iban = payee.iban AND account.status = 'active'
  ORDER BY account.iban
  LIMIT 1
)
FROM transfer
JOIN payee ON payee.id = transfer.payee
WHERE transfer.id = :transfer
"""
EXECUTE_AMOUNT_2 = "SELECT amount FROM transfer WHERE id = :transfer"
EXECUTE_COUNTERPARTY_2 = "SELECT name FROM customer WHERE id = :me"
EXECUTE_PURPOSE_2 = "SELECT purpose FROM transfer WHERE id = :transfer"
EXECUTE_UPDATE_TRANSFER = "UPDATE transfer SET status = 'done' WHERE id = :transfer"


def execute(db, transfer):
    """Move the money of a transfer; within the bank it is there at once."""
    today = db.value(EXECUTE_TODAY, now=db.now, me=db.me, transfer=transfer)
    if not db.value(EXECUTE_REQUIRE, today=today, transfer=transfer, me=db.me):
        raise ToolError("over_limit", db.value(EXECUTE_OVER_LIMIT, today=today, transfer=transfer, me=db.me))
    withdraw(
        db,
        db.value(EXECUTE_ACCOUNT, transfer=transfer),
        "transfer",
        db.value(EXECUTE_AMOUNT, transfer=transfer),
        db.value(EXECUTE_COUNTERPARTY, transfer=transfer),
        db.value(EXECUTE_PURPOSE, transfer=transfer),
    )
    target = db.value(EXECUTE_TARGET, transfer=transfer)
    if target is not None:
        book(
            db,
            target,
            "transfer",
            db.value(EXECUTE_AMOUNT_2, transfer=transfer),
            db.value(EXECUTE_COUNTERPARTY_2, me=db.me),
            db.value(EXECUTE_PURPOSE_2, transfer=transfer),
        )
    db.run(EXECUTE_UPDATE_TRANSFER, transfer=transfer)


IN_CURRENCY_A = """
SELECT coalesce(
  (SELECT per_euro FROM exchange_rate WHERE currency = :from_ ORDER BY id LIMIT 1), 1.0
)
"""
IN_CURRENCY_B = """
SELECT coalesce(
  (SELECT per_euro FROM exchange_rate WHERE currency = :to ORDER BY id LIMIT 1), 1.0
)
"""
IN_CURRENCY_RESULT = "SELECT awm_scale(:amount, '*', :b, '/', :a)"


def in_currency(db, amount, from_, to):
    a = db.value(IN_CURRENCY_A, from_=from_)
    b = db.value(IN_CURRENCY_B, to=to)
    return db.value(IN_CURRENCY_RESULT, b=b, a=a, amount=amount)


PLAN_LEFT = """
SELECT awm_whole(
  loan.principal
  - loan.extra_paid
  - (
    SELECT coalesce(sum(instalment.principal_part), 0)
    FROM instalment
    WHERE instalment.loan = loan.id AND instalment.paid_on IS NOT NULL
  )
)
FROM loan
WHERE loan.id = :loan
"""
PLAN_PART = "SELECT min(:left, month_part) FROM loan WHERE id = :loan"
PLAN_CREATE_INSTALMENT = """
INSERT INTO instalment (loan, number, due_on, principal_part, interest)
VALUES (
  :loan,
  awm_whole(:first_number + :i),
  :due,
  :part,
  awm_scale(:left, '*', (SELECT rate FROM loan WHERE id = :loan), '/', 1200)
)
RETURNING id
"""
PLAN_DUE = "SELECT awm_shift_months(:first_due, awm_months(:i + 1))"


def plan(db, loan, first_number, first_due):
    """Write the instalments that are still to come: the same part of the principal each month."""
    left = db.value(PLAN_LEFT, loan=loan)
    due = first_due
    for i in db.each(fn.range(480)):
        if left > 0:
            part = db.value(PLAN_PART, left=left, loan=loan)
            db.insert(
                PLAN_CREATE_INSTALMENT,
                loan=loan,
                first_number=first_number,
                i=i,
                due=due,
                part=part,
                left=left,
            )
            left = fn.whole(left - part)
            due = db.value(PLAN_DUE, i=i, first_due=first_due)


LIST_ACCOUNTS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'iban', a.iban,
        'name', a.name,
        'kind', product.kind,
        'currency', a.currency,
        'status', a.status,
        'balance', json(printf(
          '%.2f',
          awm_whole((
            SELECT coalesce(sum(entry.amount), 0) FROM entry WHERE entry.account = a.iban
          )) / 100.0
        )),
        'overdraft', json(printf('%.2f', a.overdraft / 100.0)),
        'kept_in_pots', json(printf(
          '%.2f',
          awm_whole((
            SELECT coalesce(sum(pot.saved), 0) FROM pot WHERE pot.account = a.iban
          )) / 100.0
        )),
        'authorised', json(printf(
          '%.2f',
          awm_whole((
            SELECT coalesce(sum(p.amount), 0)
            FROM card_payment AS p
            JOIN card ON card.id = p.card
            WHERE card.account = a.iban AND p.status = 'authorised'
          )) / 100.0
        )),
        'available', json(printf(
          '%.2f',
          awm_whole(
            (
              SELECT coalesce(sum(entry_2.amount), 0)
              FROM entry AS entry_2
              WHERE entry_2.account = a.iban
            )
            + a.overdraft
            - (
              SELECT coalesce(sum(pot_2.saved), 0)
              FROM pot AS pot_2
              WHERE pot_2.account = a.iban
            )
            - (
              SELECT coalesce(sum(p_2.amount), 0)
              FROM card_payment AS p_2
              JOIN card AS card_2 ON card_2.id = p_2.card
              WHERE card_2.account = a.iban AND p_2.status = 'authorised'
            )
          ) / 100.0
        )),
        'my_role', (
          SELECT awm_only(count(*), min(holder_2.role))
          FROM holder AS holder_2
          WHERE holder_2.account = a.iban AND holder_2.customer = :me
        )
      )
      ORDER BY awm_fold(a.name), a.name, a.iban
    )
    FROM account AS a
    JOIN product ON product.code = a.product
    WHERE EXISTS(
      SELECT 1 FROM holder WHERE holder.account = a.iban AND holder.customer = :me
    )
      AND (a.status <> 'closed' OR :include_closed)
  ))
)
"""


@tool(include_closed=Bool(default=0))
def list_accounts(db, include_closed):
    """My accounts: what is on them and what can be spent."""
    return db.value(LIST_ACCOUNTS_RESULT, me=db.me, include_closed=include_closed)


GET_ACCOUNT_RESULT = """
SELECT json_object(
  'iban', account.iban,
  'product', json_object('code', product.code, 'name', product.name, 'kind', product.kind),
  'name', account.name,
  'currency', account.currency,
  'status', account.status,
  'overdraft', json(printf('%.2f', account.overdraft / 100.0)),
  'opened_on', account.opened_on,
  'balance', json(printf(
    '%.2f',
    awm_whole((
      SELECT coalesce(sum(entry.amount), 0) FROM entry WHERE entry.account = account.iban
    )) / 100.0
  )),
  'available', json(printf(
    '%.2f',
    awm_whole(
      (
        SELECT coalesce(sum(entry_2.amount), 0)
        FROM entry AS entry_2
        WHERE entry_2.account = account.iban
      )
      + account.overdraft
      - (SELECT coalesce(sum(pot.saved), 0) FROM pot WHERE pot.account = account.iban)
      - (
        SELECT coalesce(sum(p.amount), 0)
        FROM card_payment AS p
        JOIN card ON card.id = p.card
        WHERE card.account = account.iban AND p.status = 'authorised'
      )
    ) / 100.0
  )),
  'holders', json((
    SELECT json_group_array(
      json_object(
        'customer', json_object('id', customer.id, 'name', customer.name),
        'role', holder.role
      )
      ORDER BY holder.id
    )
    FROM holder
    JOIN customer ON customer.id = holder.customer
    WHERE holder.account = account.iban
  )),
  'cards', json((
    SELECT json_group_array(
      json_object(
        'id', card_2.id,
        'last_four', card_2.last_four,
        'customer', json_object('id', customer_2.id, 'name', customer_2.name),
        'status', card_2.status,
        'expires_on', card_2.expires_on
      )
      ORDER BY card_2.id
    )
    FROM card AS card_2
    JOIN customer AS customer_2 ON customer_2.id = card_2.customer
    WHERE card_2.account = account.iban
  )),
  'pots', json((
    SELECT json_group_array(
      json_object(
        'id', pot_2.id,
        'name', pot_2.name,
        'target', json(printf('%.2f', pot_2.target / 100.0)),
        'saved', json(printf('%.2f', pot_2.saved / 100.0))
      )
      ORDER BY awm_fold(pot_2.name), pot_2.name, pot_2.id
    )
    FROM pot AS pot_2
    WHERE pot_2.account = account.iban
  )),
  'mandates', json((
    SELECT json_group_array(
      json_object(
        'id', mandate.id,
        'creditor', mandate.creditor,
        'reference', mandate.reference,
        'status', mandate.status,
        'max_amount', json(awm_money_text(mandate.max_amount))
      )
      ORDER BY awm_fold(mandate.creditor), mandate.creditor, mandate.id
    )
    FROM mandate
    WHERE mandate.account = :account
  ))
)
FROM account
JOIN product ON product.code = account.product
WHERE account.iban = :account
"""


@tool(account=Ref(ACCOUNT, name="account_id"))
def get_account(db, account):
    """An account with its holders, cards, pots and mandates."""
    return db.value(GET_ACCOUNT_RESULT, account=account)


OPEN_ACCOUNT_REQUIRE = "SELECT is_offered FROM product WHERE code = :product"
OPEN_ACCOUNT_NOT_OFFERED = """
SELECT awm_concat(name, ' is not offered any more.')
FROM product
WHERE code = :product
"""
OPEN_ACCOUNT_REQUIRE_2 = "SELECT :amount >= min_opening FROM product WHERE code = :product"
OPEN_ACCOUNT_TOO_LITTLE = """
SELECT awm_concat(name, ' begins with ', awm_money_text(min_opening), '.')
FROM product
WHERE code = :product
"""
OPEN_ACCOUNT_REQUIRE_3 = "SELECT currency = :currency FROM account WHERE iban = :from_account"
OPEN_ACCOUNT_OTHER_CURRENCY = """
SELECT awm_concat(name, ' is in ', currency, '.')
FROM account
WHERE iban = :from_account
"""
OPEN_ACCOUNT_NUMBER = "SELECT 30000000000000 + 1000 * ((SELECT count(*) FROM account) + 1)"
OPEN_ACCOUNT_CREATE_ACCOUNT = """
INSERT INTO account (iban, product, name, currency, opened_on, status, overdraft)
VALUES (
  awm_concat('LB', CAST(:number AS TEXT)),
  :product,
  :name,
  :currency,
  date(:now),
  'active',
  0
)
RETURNING iban
"""
OPEN_ACCOUNT_CREATE_HOLDER = """
INSERT INTO holder (account, customer, role)
VALUES (:opened, :me, 'owner')
RETURNING id
"""
OPEN_ACCOUNT_COUNTERPARTY = "SELECT name FROM account WHERE iban = :from_account"
OPEN_ACCOUNT_RESULT = """
SELECT json_object(
  'iban', opened.iban,
  'name', opened.name,
  'product', json_object('code', product.code, 'name', product.name, 'kind', product.kind),
  'currency', opened.currency,
  'balance', json(printf(
    '%.2f',
    awm_whole((
      SELECT coalesce(sum(entry.amount), 0) FROM entry WHERE entry.account = opened.iban
    )) / 100.0
  ))
)
FROM account AS opened
JOIN product ON product.code = opened.product
WHERE opened.iban = :opened
"""


@tool(
    product=Ref(PRODUCT, name="product_id"),
    name=Text(1, 40),
    currency=Enum("EUR", "USD", "CHF", "GBP", default="EUR"),
    from_account=Ref(ACCOUNT, name="from_account_id"),
    amount=Money(0),
    writes=True,
    invariants=(0, 2),
)
def open_account(db, product, name, currency, from_account, amount):
    """Open an account of my own, with money from another one in the same currency."""
    if not db.value(OPEN_ACCOUNT_REQUIRE, product=product):
        raise ToolError("not_offered", db.value(OPEN_ACCOUNT_NOT_OFFERED, product=product))
    if not db.value(OPEN_ACCOUNT_REQUIRE_2, amount=amount, product=product):
        raise ToolError("too_little", db.value(OPEN_ACCOUNT_TOO_LITTLE, product=product))
    if not db.value(OPEN_ACCOUNT_REQUIRE_3, from_account=from_account, currency=currency):
        raise ToolError("other_currency", db.value(OPEN_ACCOUNT_OTHER_CURRENCY, from_account=from_account))
    number = db.value(OPEN_ACCOUNT_NUMBER)
    opened = db.insert(
        OPEN_ACCOUNT_CREATE_ACCOUNT, number=number, product=product, name=name, currency=currency, now=db.now
    )
    db.insert(OPEN_ACCOUNT_CREATE_HOLDER, opened=opened, me=db.me)
    if amount > 0:
        withdraw(db, from_account, "transfer", amount, name, "Opening")
        book(
            db,
            opened,
            "transfer",
            amount,
            db.value(OPEN_ACCOUNT_COUNTERPARTY, from_account=from_account),
            "Opening",
        )
    return db.value(OPEN_ACCOUNT_RESULT, opened=opened)


MOVE_MONEY_REQUIRE = """
SELECT from_.currency = to_.currency
FROM account AS from_
JOIN account AS to_ ON to_.iban = :to
WHERE from_.iban = :from_
"""
MOVE_MONEY_OTHER_CURRENCY = """
SELECT awm_concat('Exchange money between ', from_.currency, ' and ', to_.currency, '.')
FROM account AS from_
JOIN account AS to_ ON to_.iban = :to
WHERE from_.iban = :from_
"""
MOVE_MONEY_REQUIRE_2 = "SELECT status = 'active' FROM account WHERE iban = :to"
MOVE_MONEY_NOT_ACTIVE = "SELECT awm_concat(name, ' is ', status, '.') FROM account WHERE iban = :to"
MOVE_MONEY_COUNTERPARTY = "SELECT name FROM account WHERE iban = :to"
MOVE_MONEY_COUNTERPARTY_2 = "SELECT name FROM account WHERE iban = :from_"
MOVE_MONEY_RESULT = """
SELECT json_object(
  'from', json_object(
    'iban', from_.iban,
    'name', from_.name,
    'balance', json(printf(
      '%.2f',
      awm_whole((
        SELECT coalesce(sum(entry.amount), 0) FROM entry WHERE entry.account = from_.iban
      )) / 100.0
    )),
    'available', json(printf(
      '%.2f',
      awm_whole(
        (
          SELECT coalesce(sum(entry_2.amount), 0)
          FROM entry AS entry_2
          WHERE entry_2.account = from_.iban
        )
        + from_.overdraft
        - (SELECT coalesce(sum(pot.saved), 0) FROM pot WHERE pot.account = from_.iban)
        - (
          SELECT coalesce(sum(p.amount), 0)
          FROM card_payment AS p
          JOIN card ON card.id = p.card
          WHERE card.account = from_.iban AND p.status = 'authorised'
        )
      ) / 100.0
    ))
  ),
  'to', json_object(
    'iban', to_.iban,
    'name', to_.name,
    'balance', json(printf(
      '%.2f',
      awm_whole((
        SELECT coalesce(sum(entry_3.amount), 0)
        FROM entry AS entry_3
        WHERE entry_3.account = to_.iban
      )) / 100.0
    )),
    'available', json(printf(
      '%.2f',
      awm_whole(
        (
          SELECT coalesce(sum(entry_4.amount), 0)
          FROM entry AS entry_4
          WHERE entry_4.account = to_.iban
        )
        + to_.overdraft
        - (
          SELECT coalesce(sum(pot_2.saved), 0)
          FROM pot AS pot_2
          WHERE pot_2.account = to_.iban
        )
        - (
          SELECT coalesce(sum(p_2.amount), 0)
          FROM card_payment AS p_2
          JOIN card AS card_2 ON card_2.id = p_2.card
          WHERE card_2.account = to_.iban AND p_2.status = 'authorised'
        )
      ) / 100.0
    ))
  )
)
FROM account AS from_
JOIN account AS to_ ON to_.iban = :to
WHERE from_.iban = :from_
"""


@tool(
    from_=Ref(ACCOUNT, name="from_id"),
    to=Ref(ACCOUNT, name="to_id"),
    amount=Money(1),
    purpose=Text(0, 140, default=""),
    writes=True,
    invariants=(0, 2),
)
def move_money(db, from_, to, amount, purpose):
    """Move money between two of my accounts of the same currency."""
    if not (from_ != to):
        raise ToolError("same_account", "That is the same account.")
    if not db.value(MOVE_MONEY_REQUIRE, from_=from_, to=to):
        raise ToolError("other_currency", db.value(MOVE_MONEY_OTHER_CURRENCY, from_=from_, to=to))
    if not db.value(MOVE_MONEY_REQUIRE_2, to=to):
        raise ToolError("not_active", db.value(MOVE_MONEY_NOT_ACTIVE, to=to))
    withdraw(db, from_, "transfer", amount, db.value(MOVE_MONEY_COUNTERPARTY, to=to), purpose)
    book(db, to, "transfer", amount, db.value(MOVE_MONEY_COUNTERPARTY_2, from_=from_), purpose)
    return db.value(MOVE_MONEY_RESULT, from_=from_, to=to)


QUOTE_EXCHANGE_RESULT = """
SELECT json_object(
  'amount', json(printf('%.2f', :amount / 100.0)),
  'from', :from_,
  'to', :to,
  'gives', json(printf(
    '%.2f',
    awm_scale(
      awm_scale(
        :amount,
        '*',
        coalesce(
          (
            SELECT exchange_rate.per_euro
            FROM exchange_rate
            WHERE exchange_rate.currency = :to
            ORDER BY exchange_rate.id
            LIMIT 1
          ),
          1.0
        ),
        '/',
        coalesce(
          (
            SELECT exchange_rate_2.per_euro
            FROM exchange_rate AS exchange_rate_2
            WHERE exchange_rate_2.currency = :from_
            ORDER BY exchange_rate_2.id
            LIMIT 1
          ),
          1.0
        )
      ),
      '*',
      995,
      '/',
      1000
    ) / 100.0
  ))
)
"""


@tool(amount=Money(1), from_=Enum("EUR", "USD", "CHF", "GBP"), to=Enum("EUR", "USD", "CHF", "GBP"))
def quote_exchange(db, amount, from_, to):
    """What an amount gives in another currency today; the bank keeps half a percent."""
    return db.value(QUOTE_EXCHANGE_RESULT, amount=amount, from_=from_, to=to)


EXCHANGE_MONEY_REQUIRE = """
SELECT from_.currency <> to_.currency
FROM account AS from_
JOIN account AS to_ ON to_.iban = :to
WHERE from_.iban = :from_
"""
EXCHANGE_MONEY_SAME_CURRENCY = """
SELECT awm_concat('Both are in ', currency, ': move it.')
FROM account
WHERE iban = :to
"""
EXCHANGE_MONEY_REQUIRE_2 = "SELECT status = 'active' FROM account WHERE iban = :to"
EXCHANGE_MONEY_NOT_ACTIVE = "SELECT awm_concat(name, ' is ', status, '.') FROM account WHERE iban = :to"
EXCHANGE_MONEY_GIVES = """
SELECT awm_scale(
  awm_scale(
    :amount,
    '*',
    coalesce(
      (
        SELECT exchange_rate.per_euro
        FROM exchange_rate
        WHERE exchange_rate.currency = to_.currency
        ORDER BY exchange_rate.id
        LIMIT 1
      ),
      1.0
    ),
    '/',
    coalesce(
      (
        SELECT exchange_rate_2.per_euro
        FROM exchange_rate AS exchange_rate_2
        WHERE exchange_rate_2.currency = from_.currency
        ORDER BY exchange_rate_2.id
        LIMIT 1
      ),
      1.0
    )
  ),
  '*',
  995,
  '/',
  1000
)
FROM account AS to_
JOIN account AS from_ ON from_.iban = :from_
WHERE to_.iban = :to
"""
EXCHANGE_MONEY_COUNTERPARTY = "SELECT name FROM account WHERE iban = :to"
EXCHANGE_MONEY_COUNTERPARTY_2 = "SELECT name FROM account WHERE iban = :from_"
EXCHANGE_MONEY_RESULT = """
SELECT json_object(
  'taken', json(printf('%.2f', :amount / 100.0)),
  'gives', json(printf('%.2f', :gives / 100.0)),
  'from_balance', json(printf(
    '%.2f',
    awm_whole((
      SELECT coalesce(sum(entry.amount), 0) FROM entry WHERE entry.account = from_.iban
    )) / 100.0
  )),
  'to_balance', json(printf(
    '%.2f',
    awm_whole((
      SELECT coalesce(sum(entry_2.amount), 0)
      FROM entry AS entry_2
      WHERE entry_2.account = to_.iban
    )) / 100.0
  ))
)
FROM account AS from_
JOIN account AS to_ ON to_.iban = :to
WHERE from_.iban = :from_
"""


@tool(
    from_=Ref(ACCOUNT, name="from_id"),
    to=Ref(ACCOUNT, name="to_id"),
    amount=Money(1),
    writes=True,
    invariants=(0, 2),
)
def exchange_money(db, from_, to, amount):
    """Change money between two of my accounts; the bank keeps half a percent."""
    if not db.value(EXCHANGE_MONEY_REQUIRE, from_=from_, to=to):
        raise ToolError("same_currency", db.value(EXCHANGE_MONEY_SAME_CURRENCY, to=to))
    if not db.value(EXCHANGE_MONEY_REQUIRE_2, to=to):
        raise ToolError("not_active", db.value(EXCHANGE_MONEY_NOT_ACTIVE, to=to))
    gives = db.value(EXCHANGE_MONEY_GIVES, to=to, from_=from_, amount=amount)
    withdraw(db, from_, "exchange", amount, db.value(EXCHANGE_MONEY_COUNTERPARTY, to=to), "Exchange")
    book(db, to, "exchange", gives, db.value(EXCHANGE_MONEY_COUNTERPARTY_2, from_=from_), "Exchange")
    return db.value(EXCHANGE_MONEY_RESULT, amount=amount, gives=gives, from_=from_, to=to)


CLOSE_ACCOUNT_REQUIRE = """
SELECT NOT EXISTS(
  SELECT 1
  FROM loan
  WHERE loan.account = :account
    AND loan.principal - loan.extra_paid - (
      SELECT coalesce(sum(instalment.principal_part), 0)
      FROM instalment
      WHERE instalment.loan = loan.id AND instalment.paid_on IS NOT NULL
    ) > 0
)
"""
CLOSE_ACCOUNT_HAS_LOAN = """
SELECT awm_concat('A loan is paid from ', name, '.')
FROM account
WHERE iban = :account
"""
CLOSE_ACCOUNT_REQUIRE_2 = """
SELECT (
  SELECT coalesce(sum(p.amount), 0)
  FROM card_payment AS p
  JOIN card ON card.id = p.card
  WHERE card.account = account.iban AND p.status = 'authorised'
) = 0
FROM account
WHERE account.iban = :account
"""
CLOSE_ACCOUNT_REQUIRE_3 = """
SELECT (
  SELECT coalesce(sum(entry.amount), 0) FROM entry WHERE entry.account = account.iban
) >= 0
FROM account
WHERE account.iban = :account
"""
CLOSE_ACCOUNT_IN_DEBT = """
SELECT awm_concat(
  account.name,
  ' is overdrawn by ',
  awm_money_text(awm_whole((
    SELECT coalesce(sum(entry.amount), 0) FROM entry WHERE entry.account = account.iban
  ))),
  '.'
)
FROM account
WHERE account.iban = :account
"""
CLOSE_ACCOUNT_DELETE_POT = "DELETE FROM pot WHERE account = :account"
CLOSE_ACCOUNT_REST = """
SELECT awm_whole((
  SELECT coalesce(sum(entry.amount), 0) FROM entry WHERE entry.account = account.iban
))
FROM account
WHERE account.iban = :account
"""
CLOSE_ACCOUNT_NO_TARGET = "SELECT awm_concat('Say where the rest of ', awm_money_text(:rest), ' goes.')"
CLOSE_ACCOUNT_REQUIRE_4 = """
SELECT :target <> :account AND target.currency = account.currency
FROM account AS target
JOIN account ON account.iban = :account
WHERE target.iban = :target
"""
CLOSE_ACCOUNT_OTHER_CURRENCY = """
SELECT awm_concat('The rest goes to another account in ', currency, '.')
FROM account
WHERE iban = :account
"""
CLOSE_ACCOUNT_COUNTERPARTY = "SELECT name FROM account WHERE iban = :target"
CLOSE_ACCOUNT_COUNTERPARTY_2 = "SELECT name FROM account WHERE iban = :account"
CLOSE_ACCOUNT_UPDATE_STANDING_ORDER = "UPDATE standing_order SET is_active = 0 WHERE account = :account"
CLOSE_ACCOUNT_UPDATE_MANDATE = "UPDATE mandate SET status = 'revoked' WHERE account = :account"
CLOSE_ACCOUNT_UPDATE_CARD = "UPDATE card SET status = 'blocked' WHERE account = :account"
CLOSE_ACCOUNT_UPDATE_ACCOUNT = "UPDATE account SET status = 'closed', overdraft = 0 WHERE iban = :account"
CLOSE_ACCOUNT_RESULT = "SELECT json_object('closed', :account, 'moved', json(printf('%.2f', :rest / 100.0)))"


@tool(
    account=Ref(ACCOUNT, name="account_id"),
    rest_to=Optional(Ref(ACCOUNT), name="rest_to_id"),
    writes=True,
    invariants=(0, 2),
)
def close_account(db, account, rest_to):
    """Close an account: what is left goes to another one; its standing orders and mandates end, its cards are blocked, its pots are emptied."""
    must_use(db, account)
    if not db.value(CLOSE_ACCOUNT_REQUIRE, account=account):
        raise ToolError("has_loan", db.value(CLOSE_ACCOUNT_HAS_LOAN, account=account))
    if not db.value(CLOSE_ACCOUNT_REQUIRE_2, account=account):
        raise ToolError("payments_open", "Card payments are still open.")
    if not db.value(CLOSE_ACCOUNT_REQUIRE_3, account=account):
        raise ToolError("in_debt", db.value(CLOSE_ACCOUNT_IN_DEBT, account=account))
    db.run(CLOSE_ACCOUNT_DELETE_POT, account=account)
    rest = db.value(CLOSE_ACCOUNT_REST, account=account)
    if rest > 0:
        target = rest_to
        if target is None:
            raise ToolError("no_target", db.value(CLOSE_ACCOUNT_NO_TARGET, rest=rest))
        if not db.value(CLOSE_ACCOUNT_REQUIRE_4, target=target, account=account):
            raise ToolError("other_currency", db.value(CLOSE_ACCOUNT_OTHER_CURRENCY, account=account))
        withdraw(
            db, account, "transfer", rest, db.value(CLOSE_ACCOUNT_COUNTERPARTY, target=target), "Closing"
        )
        book(db, target, "transfer", rest, db.value(CLOSE_ACCOUNT_COUNTERPARTY_2, account=account), "Closing")
    db.run(CLOSE_ACCOUNT_UPDATE_STANDING_ORDER, account=account)
    db.run(CLOSE_ACCOUNT_UPDATE_MANDATE, account=account)
    db.run(CLOSE_ACCOUNT_UPDATE_CARD, account=account)
    db.run(CLOSE_ACCOUNT_UPDATE_ACCOUNT, account=account)
    return db.value(CLOSE_ACCOUNT_RESULT, account=account, rest=rest)


SEARCH_ENTRIES_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'id', e.id,
        'account', json_object('iban', account.iban, 'name', account.name),
        'kind', e.kind,
        'amount', json(printf('%.2f', e.amount / 100.0)),
        'counterparty', e.counterparty,
        'purpose', e.purpose,
        'booked_at', e.booked_at,
        'category', json((
          SELECT json_object('id', category_2.id, 'name', category_2.name)
          FROM category AS category_2
          WHERE category_2.id = e.category
        )),
        'mandate', json((
          SELECT json_object('id', mandate_2.id, 'creditor', mandate_2.creditor)
          FROM mandate AS mandate_2
          WHERE mandate_2.id = e.mandate
        ))
      ) AS v
      FROM entry AS e
      JOIN account ON account.iban = e.account
      LEFT JOIN category ON category.id = e.category
      LEFT JOIN mandate ON mandate.id = e.mandate
      WHERE EXISTS(
        SELECT 1 FROM holder WHERE holder.account = account.iban AND holder.customer = :me
      )
        AND (:account IS NULL OR e.account = :account)
        AND (
          :query IS NULL
          OR :query IS NOT NULL AND awm_contains(e.counterparty, :query)
          OR :query IS NOT NULL AND awm_contains(e.purpose, :query)
        )
        AND (:kind IS NULL OR e.kind = :kind)
        AND (:category IS NULL OR e.category IS :category)
        AND (:from_ IS NULL OR date(e.booked_at) >= :from_)
        AND (:to IS NULL OR date(e.booked_at) <= :to)
        AND (:min_amount IS NULL OR abs(e.amount) >= :min_amount)
        AND (:max_amount IS NULL OR abs(e.amount) <= :max_amount)
        AND (:incoming IS NULL OR (e.amount > 0) = :incoming)
        AND (e.category IS NULL OR NOT :without_category)
      ORDER BY
        CASE WHEN :order = 'newest' THEN e.booked_at END DESC,
        CASE WHEN :order = 'oldest' THEN e.booked_at END NULLS LAST,
        CASE WHEN :order = 'largest' THEN abs(e.amount) END DESC,
        e.id
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (
    SELECT count(*)
    FROM entry AS e_2
    JOIN account AS account_2 ON account_2.iban = e_2.account
    WHERE EXISTS(
      SELECT 1
      FROM holder AS holder_2
      WHERE holder_2.account = account_2.iban AND holder_2.customer = :me
    )
      AND (:account IS NULL OR e_2.account = :account)
      AND (
        :query IS NULL
        OR :query IS NOT NULL AND awm_contains(e_2.counterparty, :query)
        OR :query IS NOT NULL AND awm_contains(e_2.purpose, :query)
      )
      AND (:kind IS NULL OR e_2.kind = :kind)
      AND (:category IS NULL OR e_2.category IS :category)
      AND (:from_ IS NULL OR date(e_2.booked_at) >= :from_)
      AND (:to IS NULL OR date(e_2.booked_at) <= :to)
      AND (:min_amount IS NULL OR abs(e_2.amount) >= :min_amount)
      AND (:max_amount IS NULL OR abs(e_2.amount) <= :max_amount)
      AND (:incoming IS NULL OR (e_2.amount > 0) = :incoming)
      AND (e_2.category IS NULL OR NOT :without_category)
  ),
  'page', :page
)
"""


@tool(
    account=Optional(Ref(ACCOUNT), name="account_id"),
    query=Optional(Text()),
    kind=Optional(
        Enum(
            "transfer",
            "card_payment",
            "direct_debit",
            "standing_order",
            "fee",
            "interest",
            "salary",
            "cash",
            "refund",
            "exchange",
            "loan",
        ),
    ),
    category=Optional(Ref(CATEGORY), name="category_id"),
    from_=Optional(Date()),
    to=Optional(Date()),
    min_amount=Optional(Money(0)),
    max_amount=Optional(Money(0)),
    incoming=Optional(Bool()),
    without_category=Bool(default=0),
    order=Enum("newest", "oldest", "largest", default="newest"),
    page=Int(1, default=1),
    page_size=Int(1, 100, default=30),
)
def search_entries(
    db,
    account,
    query,
    kind,
    category,
    from_,
    to,
    min_amount,
    max_amount,
    incoming,
    without_category,
    order,
    page,
    page_size,
):
    """Find lines of my statements."""
    return db.value(
        SEARCH_ENTRIES_RESULT,
        me=db.me,
        account=account,
        query=query,
        kind=kind,
        category=category,
        from_=from_,
        to=to,
        min_amount=min_amount,
        max_amount=max_amount,
        incoming=incoming,
        without_category=without_category,
        order=order,
        page_size=page_size,
        page=page,
    )


STATEMENT_REQUIRE = "SELECT :from_ <= :to AND awm_elapsed(:to, :from_) <= awm_days(100)"
STATEMENT_RESULT = """
SELECT json_object(
  'opening', json(printf(
    '%.2f',
    awm_whole((
      SELECT coalesce(sum(entry.amount), 0)
      FROM entry
      WHERE entry.account = :account AND date(entry.booked_at) < :from_
    )) / 100.0
  )),
  'lines', json((
    SELECT json_group_array(
      json_object(
        'id', e.id,
        'booked_at', e.booked_at,
        'kind', e.kind,
        'amount', json(printf('%.2f', e.amount / 100.0)),
        'counterparty', e.counterparty,
        'purpose', e.purpose,
        'balance', json(printf(
          '%.2f',
          awm_whole((
            SELECT coalesce(sum(b.amount), 0)
            FROM entry AS b
            WHERE b.account = :account
              AND (
                b.booked_at < e.booked_at OR b.booked_at = e.booked_at AND b.id <= e.id
              )
          )) / 100.0
        ))
      )
      ORDER BY e.booked_at, e.id
    )
    FROM entry AS e
    WHERE e.account = :account
      AND date(e.booked_at) >= :from_
      AND date(e.booked_at) <= :to
  )),
  'closing', json(printf(
    '%.2f',
    awm_whole((
      SELECT coalesce(sum(entry_2.amount), 0)
      FROM entry AS entry_2
      WHERE entry_2.account = :account AND date(entry_2.booked_at) <= :to
    )) / 100.0
  ))
)
"""


@tool(account=Ref(ACCOUNT, name="account_id"), from_=Date(), to=Date())
def statement(db, account, from_, to):
    """An account's lines of some days in order, with the balance after each."""
    if not db.value(STATEMENT_REQUIRE, from_=from_, to=to):
        raise ToolError("bad_range", "Ask for 100 days at most, first day first.")
    return db.value(STATEMENT_RESULT, account=account, from_=from_, to=to)


LIST_CATEGORIES_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'id', c.id,
        'name', c.name,
        'is_income', json(iif(c.is_income, 'true', 'false')),
        'words', json((
          SELECT json_group_array(r.word ORDER BY r.id)
          FROM rule AS r
          WHERE r.category = c.id AND r.customer = :me
        ))
      )
      ORDER BY awm_fold(c.name), c.name, c.id
    )
    FROM category AS c
  ))
)
"""


@tool()
def list_categories(db):
    """All categories, with my rules for them."""
    return db.value(LIST_CATEGORIES_RESULT, me=db.me)


SET_CATEGORY_UPDATE_ENTRY = """
UPDATE entry
SET category = chosen.new_category
FROM (
  SELECT entry.id AS key, :category AS new_category
  FROM json_each(:entries) AS item
  JOIN entry ON entry.id = item.value
  ORDER BY item.key
) AS chosen
WHERE entry.id = chosen.key
"""
SET_CATEGORY_RESULT = """
SELECT json_object(
  'moved', json_array_length(awm_distinct((
    SELECT json_group_array(entry.id ORDER BY item.key)
    FROM json_each(:entries) AS item
    JOIN entry ON entry.id = item.value
  ))),
  'category', category.name
)
FROM category
WHERE category.id = :category
"""


@tool(
    entries=List(Ref(ENTRY), 1, 50, name="entry_ids"),
    category=Ref(CATEGORY, name="category_id"),
    writes=True,
    invariants=(0, 2),
)
def set_category(db, entries, category):
    """Put lines of statements into a category."""
    db.run(SET_CATEGORY_UPDATE_ENTRY, entries=entries, category=category)
    return db.value(SET_CATEGORY_RESULT, entries=entries, category=category)


SET_RULE_RULE = """
SELECT id
FROM rule
WHERE customer = :me AND awm_lower(word) = awm_lower(:word)
ORDER BY id
LIMIT 1
"""
SET_RULE_CREATE_RULE = """
INSERT INTO rule (customer, word, category)
VALUES (:me, :word, :category)
RETURNING id
"""
SET_RULE_UPDATE_RULE = "UPDATE rule SET category = :category WHERE id = :rule"
SET_RULE_OLD_ONES = """
SELECT e.id
FROM entry AS e
JOIN account ON account.iban = e.account
WHERE EXISTS(
  SELECT 1 FROM holder WHERE holder.account = account.iban AND holder.customer = :me
)
  AND awm_contains(e.counterparty, :word)
  AND (e.category IS NULL OR e.category <> :category)
ORDER BY e.id
"""
SET_RULE_MOVED = "SELECT count(*) FROM json_each(:old_ones) AS item JOIN entry ON entry.id = item.value"
SET_RULE_UPDATE_ENTRY = """
UPDATE entry
SET category = chosen.new_category
FROM (
  SELECT entry.id AS key, :category AS new_category
  FROM json_each(:old_ones) AS item
  JOIN entry ON entry.id = item.value
  ORDER BY item.key
) AS chosen
WHERE entry.id = chosen.key
"""
SET_RULE_RESULT = """
SELECT json_object('word', rule.word, 'category', category.name, 'moved', :moved)
FROM rule
JOIN category ON category.id = :category
WHERE rule.id = :rule
"""


@tool(
    word=Text(2, 40),
    category=Ref(CATEGORY, name="category_id"),
    apply_to_past=Bool(default=0),
    writes=True,
    invariants=(0, 2),
)
def set_rule(db, word, category, apply_to_past):
    """Payments with a word in the counterparty belong to a category from now on; a rule for the word that is there changes."""
    found_1 = db.value(SET_RULE_RULE, me=db.me, word=word)
    if found_1 is None:
        found_1 = db.insert(SET_RULE_CREATE_RULE, me=db.me, word=word, category=category)
    rule = found_1
    db.run(SET_RULE_UPDATE_RULE, category=category, rule=rule)
    moved = 0
    if apply_to_past:
        old_ones = db.values(SET_RULE_OLD_ONES, me=db.me, word=word, category=category)
        moved = db.value(SET_RULE_MOVED, old_ones=old_ones)
        db.run(SET_RULE_UPDATE_ENTRY, old_ones=old_ones, category=category)
    return db.value(SET_RULE_RESULT, rule=rule, category=category, moved=moved)


SPENDING_BY_CATEGORY_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'category', json_object('id', category.id, 'name', category.name),
        'payments', count(*),
        'spent', json(printf('%.2f', awm_whole(-coalesce(sum(e.amount), 0)) / 100.0)),
        'largest', json(printf('%.2f', -coalesce(min(e.amount), 0) / 100.0))
      ) AS v
      FROM entry AS e
      JOIN account ON account.iban = e.account
      LEFT JOIN category ON category.id = e.category
      WHERE EXISTS(
        SELECT 1 FROM holder WHERE holder.account = account.iban AND holder.customer = :me
      )
        AND (:account IS NULL OR e.account = :account)
        AND date(e.booked_at) >= :from_
        AND date(e.booked_at) <= :to
        AND e.category IS NOT NULL
        AND category.is_income = 0
      GROUP BY e.category
      ORDER BY coalesce(sum(e.amount), 0), e.category
    )
  ))
)
"""


@tool(from_=Date(), to=Date(), account=Optional(Ref(ACCOUNT), name="account_id"))
def spending_by_category(db, from_, to, account):
    """What left my accounts by category, without moves between them and refunds taken off, largest first."""
    if not (from_ <= to):
        raise ToolError("bad_range", "The range ends before it starts.")
    return db.value(SPENDING_BY_CATEGORY_RESULT, me=db.me, account=account, from_=from_, to=to)


TOP_COUNTERPARTIES_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'counterparty', e.counterparty,
        'payments', count(*),
        'paid', json(printf('%.2f', awm_whole(-coalesce(sum(e.amount), 0)) / 100.0)),
        'last_on', max(date(e.booked_at))
      ) AS v
      FROM entry AS e
      JOIN account ON account.iban = e.account
      WHERE EXISTS(
        SELECT 1 FROM holder WHERE holder.account = account.iban AND holder.customer = :me
      )
        AND e.amount < 0
        AND (:account IS NULL OR e.account = :account)
        AND date(e.booked_at) >= :from_
        AND date(e.booked_at) <= :to
        AND e.counterparty <> ''
        AND NOT EXISTS(
          SELECT 1
          FROM account AS a
          WHERE EXISTS(
            SELECT 1
            FROM holder AS holder_2
            WHERE holder_2.account = a.iban AND holder_2.customer = :me
          )
            AND a.name = e.counterparty
        )
      GROUP BY e.counterparty
      ORDER BY coalesce(sum(e.amount), 0), awm_fold(e.counterparty), e.counterparty
      LIMIT :n
    )
  ))
)
"""


@tool(from_=Date(), to=Date(), account=Optional(Ref(ACCOUNT), name="account_id"), n=Int(1, 50, default=5))
def top_counterparties(db, from_, to, account, n):
    """To whom most money went, moves between my accounts aside."""
    return db.value(TOP_COUNTERPARTIES_RESULT, me=db.me, account=account, from_=from_, to=to, n=n)


SEARCH_PAYEES_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'id', p.id,
        'name', p.name,
        'iban', p.iban,
        'is_trusted', json(iif(p.is_trusted, 'true', 'false')),
        'last', json((
          SELECT json_object(
            'amount', json(printf('%.2f', t.amount / 100.0)),
            'execute_on', t.execute_on,
            'purpose', t.purpose
          )
          FROM transfer AS t
          WHERE t.payee = p.id AND t.status = 'done'
          ORDER BY t.execute_on DESC, t.id
          LIMIT 1
        ))
      )
      ORDER BY awm_fold(p.name), p.name, p.id
    )
    FROM payee AS p
    WHERE p.customer = :me
      AND (
        :query IS NULL
        OR :query IS NOT NULL AND awm_contains(p.name, :query)
        OR :query IS NOT NULL AND awm_contains(p.iban, :query)
      )
  ))
)
"""


@tool(query=Optional(Text()))
def search_payees(db, query):
    """My payees, by name, with what I sent them last."""
    return db.value(SEARCH_PAYEES_RESULT, me=db.me, query=query)


ADD_PAYEE_PAYEE = "SELECT id FROM payee WHERE customer = :me AND iban = :iban ORDER BY id LIMIT 1"
ADD_PAYEE_CREATE_PAYEE = """
INSERT INTO payee (customer, name, iban, is_trusted)
VALUES (:me, :name, :iban, 0)
RETURNING id
"""
ADD_PAYEE_UPDATE_PAYEE = "UPDATE payee SET name = :name WHERE id = :payee"
ADD_PAYEE_RESULT = """
SELECT json_object(
  'id', id,
  'name', name,
  'iban', iban,
  'is_trusted', json(iif(is_trusted, 'true', 'false'))
)
FROM payee
WHERE id = :payee
"""


@tool(name=Text(1, 60), iban=Text(pattern="[A-Z]{2}[0-9]{14}"), writes=True)
def add_payee(db, name, iban):
    """Keep a payee; one with the same IBAN gets the new name."""
    found_1 = db.value(ADD_PAYEE_PAYEE, me=db.me, iban=iban)
    if found_1 is None:
        found_1 = db.insert(ADD_PAYEE_CREATE_PAYEE, me=db.me, name=name, iban=iban)
    payee = found_1
    db.run(ADD_PAYEE_UPDATE_PAYEE, name=name, payee=payee)
    return db.value(ADD_PAYEE_RESULT, payee=payee)


REMOVE_PAYEE_NAME = "SELECT name FROM payee WHERE id = :payee"
REMOVE_PAYEE_DELETE_PAYEE = "DELETE FROM payee WHERE id = :payee"
REMOVE_PAYEE_RESULT = "SELECT json_object('removed', :name)"


@tool(payee=Ref(PAYEE, name="payee_id"), writes=True)
def remove_payee(db, payee):
    """Forget a payee to whom nothing was sent yet."""
    name = db.value(REMOVE_PAYEE_NAME, payee=payee)
    db.run(REMOVE_PAYEE_DELETE_PAYEE, payee=payee)
    return db.value(REMOVE_PAYEE_RESULT, name=name)


TRANSFER_REQUIRE = "SELECT currency = 'EUR' FROM account WHERE iban = :account"
TRANSFER_DAY = "SELECT coalesce(:on, date(:now))"
TRANSFER_REQUIRE_2 = "SELECT :day >= date(:now) AND :day <= awm_shift(date(:now), awm_days(365))"
TRANSFER_CREATE_TRANSFER = """
INSERT INTO transfer (account, payee, amount, purpose, execute_on, status, created_at)
VALUES (:account, :payee, :amount, :purpose, :day, 'scheduled', :now)
RETURNING id
"""
TRANSFER_RESULT = """
SELECT json_object(
  'id', made.id,
  'account', json_object(
    'iban', account.iban, 'name', account.name, 'currency', account.currency
  ),
  'payee', json_object('id', payee.id, 'name', payee.name, 'iban', payee.iban),
  'amount', json(printf('%.2f', made.amount / 100.0)),
  'purpose', made.purpose,
  'status', made.status,
  'execute_on', made.execute_on,
  'available', json(printf(
    '%.2f',
    awm_whole(
      (
        SELECT coalesce(sum(entry.amount), 0)
        FROM entry
        WHERE entry.account = account.iban
      )
      + account.overdraft
      - (SELECT coalesce(sum(pot.saved), 0) FROM pot WHERE pot.account = account.iban)
      - (
        SELECT coalesce(sum(p.amount), 0)
        FROM card_payment AS p
        JOIN card ON card.id = p.card
        WHERE card.account = account.iban AND p.status = 'authorised'
      )
    ) / 100.0
  ))
)
FROM transfer AS made
JOIN account ON account.iban = made.account
JOIN payee ON payee.id = made.payee
WHERE made.id = :made
"""


@tool(
    account=Ref(ACCOUNT, name="account_id"),
    payee=Ref(PAYEE, name="payee_id"),
    amount=Money(1, 5000000),
    purpose=Text(0, 140, default=""),
    on=Optional(Date()),
    writes=True,
    invariants=(0, 2),
)
def transfer(db, account, payee, amount, purpose, on):
    """Send money to a payee, today or on a day to come."""
    must_use(db, account)
    if not db.value(TRANSFER_REQUIRE, account=account):
        raise ToolError("other_currency", "Transfers are made from accounts in euros.")
    day = db.value(TRANSFER_DAY, on=on, now=db.now)
    if not db.value(TRANSFER_REQUIRE_2, day=day, now=db.now):
        raise ToolError("bad_date", "Choose a day within a year from now.")
    made = db.insert(
        TRANSFER_CREATE_TRANSFER,
        account=account,
        payee=payee,
        amount=amount,
        purpose=purpose,
        day=day,
        now=db.now,
    )
    if day == fn.date(db.now):
        execute(db, made)
    return db.value(TRANSFER_RESULT, made=made)


LIST_TRANSFERS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'id', t.id,
        'account', json_object('iban', account.iban, 'name', account.name),
        'payee', json_object('id', payee.id, 'name', payee.name, 'iban', payee.iban),
        'amount', json(printf('%.2f', t.amount / 100.0)),
        'purpose', t.purpose,
        'status', t.status,
        'execute_on', t.execute_on
      ) AS v
      FROM transfer AS t
      JOIN account ON account.iban = t.account
      JOIN payee ON payee.id = t.payee
      WHERE EXISTS(
        SELECT 1 FROM holder WHERE holder.account = account.iban AND holder.customer = :me
      )
        AND (:account IS NULL OR t.account = :account)
        AND (:payee IS NULL OR t.payee = :payee)
        AND (:status IS NULL OR t.status = :status)
        AND (:from_ IS NULL OR t.execute_on >= :from_)
        AND (:to IS NULL OR t.execute_on <= :to)
      ORDER BY t.execute_on DESC, t.id
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (
    SELECT count(*)
    FROM transfer AS t_2
    JOIN account AS account_2 ON account_2.iban = t_2.account
    WHERE EXISTS(
      SELECT 1
      FROM holder AS holder_2
      WHERE holder_2.account = account_2.iban AND holder_2.customer = :me
    )
      AND (:account IS NULL OR t_2.account = :account)
      AND (:payee IS NULL OR t_2.payee = :payee)
      AND (:status IS NULL OR t_2.status = :status)
      AND (:from_ IS NULL OR t_2.execute_on >= :from_)
      AND (:to IS NULL OR t_2.execute_on <= :to)
  ),
  'page', :page
)
"""


@tool(
    account=Optional(Ref(ACCOUNT), name="account_id"),
    payee=Optional(Ref(PAYEE), name="payee_id"),
    status=Optional(Enum("scheduled", "done", "cancelled")),
    from_=Optional(Date()),
    to=Optional(Date()),
    page=Int(1, default=1),
    page_size=Int(1, 100, default=20),
)
def list_transfers(db, account, payee, status, from_, to, page, page_size):
    """My transfers, latest first."""
    return db.value(
        LIST_TRANSFERS_RESULT,
        me=db.me,
        account=account,
        payee=payee,
        status=status,
        from_=from_,
        to=to,
        page_size=page_size,
        page=page,
    )


CANCEL_TRANSFER_ACCOUNT = "SELECT account FROM transfer WHERE id = :transfer"
CANCEL_TRANSFER_REQUIRE = "SELECT status = 'scheduled' FROM transfer WHERE id = :transfer"
CANCEL_TRANSFER_WRONG_STATE = """
SELECT awm_concat('The transfer is ', status, '.')
FROM transfer
WHERE id = :transfer
"""
CANCEL_TRANSFER_UPDATE_TRANSFER = "UPDATE transfer SET status = 'cancelled' WHERE id = :transfer"
CANCEL_TRANSFER_RESULT = """
SELECT json_object(
  'id', transfer.id,
  'payee', json_object('id', payee.id, 'name', payee.name, 'iban', payee.iban),
  'amount', json(printf('%.2f', transfer.amount / 100.0)),
  'status', transfer.status
)
FROM transfer
JOIN payee ON payee.id = transfer.payee
WHERE transfer.id = :transfer
"""


@tool(transfer=Ref(TRANSFER, name="transfer_id"), writes=True)
def cancel_transfer(db, transfer):
    """Take back a transfer that has not been executed."""
    must_use(db, db.value(CANCEL_TRANSFER_ACCOUNT, transfer=transfer))
    if not db.value(CANCEL_TRANSFER_REQUIRE, transfer=transfer):
        raise ToolError("wrong_state", db.value(CANCEL_TRANSFER_WRONG_STATE, transfer=transfer))
    db.run(CANCEL_TRANSFER_UPDATE_TRANSFER, transfer=transfer)
    return db.value(CANCEL_TRANSFER_RESULT, transfer=transfer)


LIST_STANDING_ORDERS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'id', s.id,
        'account', json_object('iban', account.iban, 'name', account.name),
        'payee', json_object('id', payee.id, 'name', payee.name, 'iban', payee.iban),
        'amount', json(printf('%.2f', s.amount / 100.0)),
        'purpose', s.purpose,
        'rhythm', s.rhythm,
        'next_on', s.next_on,
        'ends_on', s.ends_on,
        'is_active', json(iif(s.is_active, 'true', 'false'))
      )
      ORDER BY s.next_on, s.id
    )
    FROM standing_order AS s
    JOIN account ON account.iban = s.account
    JOIN payee ON payee.id = s.payee
    WHERE EXISTS(
      SELECT 1 FROM holder WHERE holder.account = account.iban AND holder.customer = :me
    )
      AND (:account IS NULL OR s.account = :account)
      AND (:payee IS NULL OR s.payee = :payee)
      AND (s.is_active OR :include_ended)
  ))
)
"""


@tool(
    account=Optional(Ref(ACCOUNT), name="account_id"),
    payee=Optional(Ref(PAYEE), name="payee_id"),
    include_ended=Bool(default=0),
)
def list_standing_orders(db, account, payee, include_ended):
    """My standing orders, the next one due first."""
    return db.value(
        LIST_STANDING_ORDERS_RESULT, me=db.me, account=account, payee=payee, include_ended=include_ended
    )


CREATE_STANDING_ORDER_REQUIRE = """
SELECT NOT EXISTS(
  SELECT 1
  FROM standing_order
  WHERE account = :account AND payee = :payee AND purpose = :purpose AND is_active
)
"""
CREATE_STANDING_ORDER_CREATE_STANDING_ORDER = """
INSERT INTO standing_order (
  account, payee, amount, purpose, rhythm, next_on, ends_on, is_active
)
VALUES (:account, :payee, :amount, :purpose, :rhythm, :first_on, :ends_on, 1)
RETURNING id
"""
CREATE_STANDING_ORDER_RESULT = """
SELECT json_object(
  'id', made_1.id,
  'payee', json_object('id', payee.id, 'name', payee.name, 'iban', payee.iban),
  'amount', json(printf('%.2f', made_1.amount / 100.0)),
  'rhythm', made_1.rhythm,
  'next_on', made_1.next_on,
  'ends_on', made_1.ends_on
)
FROM standing_order AS made_1
JOIN payee ON payee.id = made_1.payee
WHERE made_1.id = :made_1
"""


@tool(
    account=Ref(ACCOUNT, name="account_id"),
    payee=Ref(PAYEE, name="payee_id"),
    amount=Money(1, 1000000),
    first_on=Date(),
    rhythm=Enum("monthly", "quarterly", "yearly", default="monthly"),
    purpose=Text(0, 140, default=""),
    ends_on=Optional(Date()),
    writes=True,
)
def create_standing_order(db, account, payee, amount, first_on, rhythm, purpose, ends_on):
    """Pay somebody regularly."""
    must_use(db, account)
    if not (first_on > fn.date(db.now)):
        raise ToolError("bad_date", "The first payment is tomorrow at the earliest.")
    if not db.value(CREATE_STANDING_ORDER_REQUIRE, account=account, payee=payee, purpose=purpose):
        raise ToolError("there_already", "There is such an order already: change that.")
    made_1 = db.insert(
        CREATE_STANDING_ORDER_CREATE_STANDING_ORDER,
        account=account,
        payee=payee,
        amount=amount,
        purpose=purpose,
        rhythm=rhythm,
        first_on=first_on,
        ends_on=ends_on,
    )
    return db.value(CREATE_STANDING_ORDER_RESULT, made_1=made_1)


CHANGE_STANDING_ORDER_ACCOUNT = "SELECT account FROM standing_order WHERE id = :order"
CHANGE_STANDING_ORDER_REQUIRE = "SELECT is_active FROM standing_order WHERE id = :order"
CHANGE_STANDING_ORDER_UPDATE_ORDER = """
UPDATE standing_order
SET
  amount = coalesce(:amount, amount),
  next_on = coalesce(:next_on, next_on),
  ends_on = coalesce(:ends_on, ends_on),
  purpose = coalesce(:purpose, purpose)
WHERE id = :order
"""
CHANGE_STANDING_ORDER_RESULT = """
SELECT json_object(
  'id', order_.id,
  'payee', json_object('id', payee.id, 'name', payee.name, 'iban', payee.iban),
  'amount', json(printf('%.2f', order_.amount / 100.0)),
  'purpose', order_.purpose,
  'rhythm', order_.rhythm,
  'next_on', order_.next_on,
  'ends_on', order_.ends_on
)
FROM standing_order AS order_
JOIN payee ON payee.id = order_.payee
WHERE order_.id = :order
"""


@tool(
    order=Ref(STANDING_ORDER, name="order_id"),
    amount=Optional(Money(1, 1000000)),
    next_on=Optional(Date()),
    ends_on=Optional(Date()),
    purpose=Optional(Text(0, 140)),
    writes=True,
)
def change_standing_order(db, order, amount, next_on, ends_on, purpose):
    """Change a standing order from its next payment on."""
    must_use(db, db.value(CHANGE_STANDING_ORDER_ACCOUNT, order=order))
    if not db.value(CHANGE_STANDING_ORDER_REQUIRE, order=order):
        raise ToolError("wrong_state", "It has ended.")
    if not (next_on is None or next_on > fn.date(db.now)):
        raise ToolError("bad_date", "The next payment is tomorrow at the earliest.")
    db.run(
        CHANGE_STANDING_ORDER_UPDATE_ORDER,
        amount=amount,
        next_on=next_on,
        ends_on=ends_on,
        purpose=purpose,
        order=order,
    )
    return db.value(CHANGE_STANDING_ORDER_RESULT, order=order)


END_STANDING_ORDER_ACCOUNT = "SELECT account FROM standing_order WHERE id = :order"
END_STANDING_ORDER_REQUIRE = "SELECT is_active FROM standing_order WHERE id = :order"
END_STANDING_ORDER_UPDATE_ORDER = "UPDATE standing_order SET is_active = 0 WHERE id = :order"
END_STANDING_ORDER_RESULT = """
SELECT json_object(
  'id', order_.id,
  'payee', json_object('id', payee.id, 'name', payee.name, 'iban', payee.iban),
  'is_active', json(iif(order_.is_active, 'true', 'false'))
)
FROM standing_order AS order_
JOIN payee ON payee.id = order_.payee
WHERE order_.id = :order
"""


@tool(order=Ref(STANDING_ORDER, name="order_id"), writes=True)
def end_standing_order(db, order):
    """No further payment is made."""
    must_use(db, db.value(END_STANDING_ORDER_ACCOUNT, order=order))
    if not db.value(END_STANDING_ORDER_REQUIRE, order=order):
        raise ToolError("wrong_state", "It has ended already.")
    db.run(END_STANDING_ORDER_UPDATE_ORDER, order=order)
    return db.value(END_STANDING_ORDER_RESULT, order=order)


UPCOMING_PAYMENTS_REQUIRE = "SELECT :until > date(:now) AND awm_elapsed(:until, date(:now)) <= awm_days(100)"
UPCOMING_PAYMENTS_ORDERS = """
SELECT s.id
FROM standing_order AS s
JOIN account ON account.iban = s.account
WHERE EXISTS(
  SELECT 1 FROM holder WHERE holder.account = account.iban AND holder.customer = :me
)
  AND s.is_active
  AND s.next_on <= :until
  AND (:account IS NULL OR s.account = :account)
ORDER BY s.id
"""
UPCOMING_PAYMENTS_PLANNED = """
SELECT t.id
FROM transfer AS t
JOIN account ON account.iban = t.account
WHERE EXISTS(
  SELECT 1 FROM holder WHERE holder.account = account.iban AND holder.customer = :me
)
  AND t.status = 'scheduled'
  AND t.execute_on <= :until
  AND (:account IS NULL OR t.account = :account)
ORDER BY t.id
"""
UPCOMING_PAYMENTS_PARTS = """
SELECT i.id
FROM instalment AS i
JOIN loan ON loan.id = i.loan
JOIN account ON account.iban = loan.account
WHERE EXISTS(
  SELECT 1 FROM holder WHERE holder.account = account.iban AND holder.customer = :me
)
  AND i.paid_on IS NULL
  AND i.due_on <= :until
  AND (:account IS NULL OR loan.account = :account)
ORDER BY i.id
"""
UPCOMING_PAYMENTS_RESULT = """
SELECT json_object(
  'standing_orders', json((
    SELECT json_group_array(
      json_object(
        'id', standing_order.id,
        'account', json_object('name', account.name),
        'payee', json_object('name', payee.name),
        'amount', json(printf('%.2f', standing_order.amount / 100.0)),
        'next_on', standing_order.next_on
      )
      ORDER BY standing_order.next_on, item.key
    )
    FROM json_each(:orders) AS item
    JOIN standing_order ON standing_order.id = item.value
    JOIN account ON account.iban = standing_order.account
    JOIN payee ON payee.id = standing_order.payee
  )),
  'transfers', json((
    SELECT json_group_array(
      json_object(
        'id', transfer.id,
        'account', json_object('name', account_2.name),
        'payee', json_object('name', payee_2.name),
        'amount', json(printf('%.2f', transfer.amount / 100.0)),
        'execute_on', transfer.execute_on
      )
      ORDER BY transfer.execute_on, item_2.key
    )
    FROM json_each(:planned) AS item_2
    JOIN transfer ON transfer.id = item_2.value
    JOIN account AS account_2 ON account_2.iban = transfer.account
    JOIN payee AS payee_2 ON payee_2.id = transfer.payee
  )),
  'instalments', json((
    SELECT json_group_array(
      json_object(
        'loan_id', instalment.loan,
        'account', account_3.name,
        'amount', json(printf(
          '%.2f', awm_whole(instalment.principal_part + instalment.interest) / 100.0
        )),
        'due_on', instalment.due_on
      )
      ORDER BY instalment.due_on, item_3.key
    )
    FROM json_each(:parts) AS item_3
    JOIN instalment ON instalment.id = item_3.value
    JOIN loan ON loan.id = instalment.loan
    JOIN account AS account_3 ON account_3.iban = loan.account
  )),
  'total', json(printf(
    '%.2f',
    awm_whole(
      (
        SELECT coalesce(sum(standing_order_2.amount), 0)
        FROM json_each(:orders) AS item_4
        JOIN standing_order AS standing_order_2 ON standing_order_2.id = item_4.value
      )
      + (
        SELECT coalesce(sum(transfer_2.amount), 0)
        FROM json_each(:planned) AS item_5
        JOIN transfer AS transfer_2 ON transfer_2.id = item_5.value
      )
      + (
        SELECT coalesce(sum(instalment_2.principal_part + instalment_2.interest), 0)
        FROM json_each(:parts) AS item_6
        JOIN instalment AS instalment_2 ON instalment_2.id = item_6.value
      )
    ) / 100.0
  ))
)
"""


@tool(until=Date(), account=Optional(Ref(ACCOUNT), name="account_id"))
def upcoming_payments(db, until, account):
    """What will leave my accounts until a day: standing orders (once each), scheduled transfers, loan instalments."""
    if not db.value(UPCOMING_PAYMENTS_REQUIRE, until=until, now=db.now):
        raise ToolError("bad_range", "Ask for 100 days at most.")
    orders = db.values(UPCOMING_PAYMENTS_ORDERS, me=db.me, until=until, account=account)
    planned = db.values(UPCOMING_PAYMENTS_PLANNED, me=db.me, until=until, account=account)
    parts = db.values(UPCOMING_PAYMENTS_PARTS, me=db.me, until=until, account=account)
    return db.value(UPCOMING_PAYMENTS_RESULT, orders=orders, planned=planned, parts=parts)


LIST_MANDATES_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'id', d.id,
        'account', json_object('iban', account.iban, 'name', account.name),
        'creditor', d.creditor,
        'reference', d.reference,
        'status', d.status,
        'max_amount', json(awm_money_text(d.max_amount)),
        'last', json((
          SELECT json_object(
            'id', entry.id,
            'amount', json(printf('%.2f', entry.amount / 100.0)),
            'booked_at', entry.booked_at
          )
          FROM entry
          WHERE entry.mandate IS d.id
          ORDER BY entry.booked_at DESC, entry.id
          LIMIT 1
        ))
      )
      ORDER BY awm_fold(d.creditor), d.creditor, d.id
    )
    FROM mandate AS d
    JOIN account ON account.iban = d.account
    WHERE EXISTS(
      SELECT 1 FROM holder WHERE holder.account = account.iban AND holder.customer = :me
    )
      AND (:account IS NULL OR d.account = :account)
      AND (:query IS NULL OR awm_contains(d.creditor, :query))
      AND (:status IS NULL OR d.status = :status)
  ))
)
"""


@tool(
    account=Optional(Ref(ACCOUNT), name="account_id"),
    query=Optional(Text()),
    status=Optional(Enum("active", "revoked")),
)
def list_mandates(db, account, query, status):
    """Who may collect money from my accounts, and what they took last."""
    return db.value(LIST_MANDATES_RESULT, me=db.me, account=account, query=query, status=status)


RETURN_DEBIT_ACCOUNT = "SELECT account FROM entry WHERE id = :entry"
RETURN_DEBIT_REQUIRE = "SELECT kind = 'direct_debit' AND amount < 0 FROM entry WHERE id = :entry"
RETURN_DEBIT_REQUIRE_2 = "SELECT awm_elapsed(:now, booked_at) <= awm_days(56) FROM entry WHERE id = :entry"
RETURN_DEBIT_REQUIRE_3 = "SELECT NOT EXISTS(SELECT 1 FROM entry WHERE refund_of IS :entry)"
RETURN_DEBIT_CREATE_ENTRY = """
INSERT INTO entry (
  account, kind, amount, counterparty, purpose, category, refund_of, booked_at
)
VALUES (
  (SELECT entry.account FROM entry WHERE entry.id = :entry),
  'refund',
  -(SELECT entry_2.amount FROM entry AS entry_2 WHERE entry_2.id = :entry),
  (SELECT entry_3.counterparty FROM entry AS entry_3 WHERE entry_3.id = :entry),
  'Return of a direct debit',
  (SELECT entry_4.category FROM entry AS entry_4 WHERE entry_4.id = :entry),
  :entry,
  :now
)
RETURNING id
"""
RETURN_DEBIT_RESULT = """
SELECT json_object(
  'id', back.id,
  'amount', json(printf('%.2f', back.amount / 100.0)),
  'counterparty', back.counterparty,
  'balance', json(printf(
    '%.2f',
    awm_whole((
      SELECT coalesce(sum(entry.amount), 0) FROM entry WHERE entry.account = account.iban
    )) / 100.0
  ))
)
FROM entry AS back
JOIN account ON account.iban = back.account
WHERE back.id = :back
"""


@tool(entry=Ref(ENTRY, name="entry_id"), writes=True, invariants=(0, 2))
def return_debit(db, entry):
    """Get the money of a direct debit of the last eight weeks back."""
    must_use(db, db.value(RETURN_DEBIT_ACCOUNT, entry=entry))
    if not db.value(RETURN_DEBIT_REQUIRE, entry=entry):
        raise ToolError("not_a_debit", "That is no direct debit.")
    if not db.value(RETURN_DEBIT_REQUIRE_2, now=db.now, entry=entry):
        raise ToolError("too_late", "Direct debits go back for eight weeks.")
    if not db.value(RETURN_DEBIT_REQUIRE_3, entry=entry):
        raise ToolError("returned", "It has been returned already.")
    back = db.insert(RETURN_DEBIT_CREATE_ENTRY, entry=entry, now=db.now)
    return db.value(RETURN_DEBIT_RESULT, back=back)


REVOKE_MANDATE_ACCOUNT = "SELECT account FROM mandate WHERE id = :mandate"
REVOKE_MANDATE_REQUIRE = "SELECT status = 'active' FROM mandate WHERE id = :mandate"
REVOKE_MANDATE_UPDATE_MANDATE = "UPDATE mandate SET status = 'revoked' WHERE id = :mandate"
REVOKE_MANDATE_RESULT = """
SELECT json_object(
  'id', id, 'creditor', creditor, 'reference', reference, 'status', status
)
FROM mandate
WHERE id = :mandate
"""


@tool(mandate=Ref(MANDATE, name="mandate_id"), writes=True)
def revoke_mandate(db, mandate):
    """Let a creditor collect nothing any more."""
    must_use(db, db.value(REVOKE_MANDATE_ACCOUNT, mandate=mandate))
    if not db.value(REVOKE_MANDATE_REQUIRE, mandate=mandate):
        raise ToolError("wrong_state", "It is revoked already.")
    db.run(REVOKE_MANDATE_UPDATE_MANDATE, mandate=mandate)
    return db.value(REVOKE_MANDATE_RESULT, mandate=mandate)


LIST_CARDS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'id', c.id,
        'last_four', c.last_four,
        'account', json_object('iban', account.iban, 'name', account.name),
        'customer', json_object('id', customer.id, 'name', customer.name),
        'status', c.status,
        'month_limit', json(printf('%.2f', c.month_limit / 100.0)),
        'spent_this_month', json(printf(
          '%.2f',
          awm_whole((
            SELECT coalesce(sum(card_payment.amount), 0)
            FROM card_payment
            WHERE card_payment.card = c.id
              AND card_payment.status <> 'reversed'
              AND awm_year(card_payment.paid_at) = awm_year(:now)
              AND awm_month(card_payment.paid_at) = awm_month(:now)
          )) / 100.0
        )),
        'works_abroad', json(iif(c.works_abroad, 'true', 'false')),
        'expires_on', c.expires_on,
        'replaces', json((
          SELECT json_object('id', replaces_2.id, 'last_four', replaces_2.last_four)
          FROM card AS replaces_2
          WHERE replaces_2.id = c.replaces
        ))
      )
      ORDER BY awm_fold(c.last_four), c.last_four, c.id
    )
    FROM card AS c
    JOIN account ON account.iban = c.account
    JOIN customer ON customer.id = c.customer
    LEFT JOIN card AS replaces ON replaces.id = c.replaces
    WHERE EXISTS(
      SELECT 1 FROM holder WHERE holder.account = account.iban AND holder.customer = :me
    )
  ))
)
"""


@tool()
def list_cards(db):
    """Cards of mine and of my accounts."""
    return db.value(LIST_CARDS_RESULT, me=db.me, now=db.now)


SEARCH_CARD_PAYMENTS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'id', p.id,
        'card', json_object('id', card.id, 'last_four', card.last_four),
        'merchant', p.merchant,
        'city', p.city,
        'country', p.country,
        'amount', json(printf('%.2f', p.amount / 100.0)),
        'status', p.status,
        'paid_at', p.paid_at,
        'dispute', json((
          SELECT json_object(
            'id', dispute_2.id,
            'reason', dispute_2.reason,
            'status', dispute_2.status,
            'credited', json(printf('%.2f', dispute_2.credited / 100.0))
          )
          FROM dispute AS dispute_2
          WHERE dispute_2.payment = p.id
          ORDER BY dispute_2.id
          LIMIT 1
        ))
      ) AS v
      FROM card_payment AS p
      JOIN card ON card.id = p.card
      JOIN account ON account.iban = card.account
      WHERE EXISTS(
        SELECT 1 FROM holder WHERE holder.account = account.iban AND holder.customer = :me
      )
        AND (:card IS NULL OR p.card = :card)
        AND (
          :query IS NULL
          OR :query IS NOT NULL AND awm_contains(p.merchant, :query)
          OR :query IS NOT NULL AND awm_contains(p.city, :query)
        )
        AND (:country IS NULL OR p.country = :country)
        AND (:status IS NULL OR p.status = :status)
        AND (:from_ IS NULL OR date(p.paid_at) >= :from_)
        AND (:to IS NULL OR date(p.paid_at) <= :to)
        AND (:min_amount IS NULL OR p.amount >= :min_amount)
        AND (
          :disputed IS NULL
          OR (
            (
              SELECT dispute.id
              FROM dispute
              WHERE dispute.payment = p.id
              ORDER BY dispute.id
              LIMIT 1
            ) IS NOT NULL
          ) = :disputed
        )
      ORDER BY p.paid_at DESC, p.id
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (
    SELECT count(*)
    FROM card_payment AS p_2
    JOIN card AS card_2 ON card_2.id = p_2.card
    JOIN account AS account_2 ON account_2.iban = card_2.account
    WHERE EXISTS(
      SELECT 1
      FROM holder AS holder_2
      WHERE holder_2.account = account_2.iban AND holder_2.customer = :me
    )
      AND (:card IS NULL OR p_2.card = :card)
      AND (
        :query IS NULL
        OR :query IS NOT NULL AND awm_contains(p_2.merchant, :query)
        OR :query IS NOT NULL AND awm_contains(p_2.city, :query)
      )
      AND (:country IS NULL OR p_2.country = :country)
      AND (:status IS NULL OR p_2.status = :status)
      AND (:from_ IS NULL OR date(p_2.paid_at) >= :from_)
      AND (:to IS NULL OR date(p_2.paid_at) <= :to)
      AND (:min_amount IS NULL OR p_2.amount >= :min_amount)
      AND (
        :disputed IS NULL
        OR (
          (
            SELECT dispute_3.id
            FROM dispute AS dispute_3
            WHERE dispute_3.payment = p_2.id
            ORDER BY dispute_3.id
            LIMIT 1
          ) IS NOT NULL
        ) = :disputed
      )
  ),
  'page', :page
)
"""


@tool(
    card=Optional(Ref(CARD), name="card_id"),
    query=Optional(Text()),
    country=Optional(Text(2, 2)),
    status=Optional(Enum("authorised", "settled", "reversed")),
    from_=Optional(Date()),
    to=Optional(Date()),
    min_amount=Optional(Money(0)),
    disputed=Optional(Bool()),
    page=Int(1, default=1),
    page_size=Int(1, 100, default=20),
)
def search_card_payments(db, card, query, country, status, from_, to, min_amount, disputed, page, page_size):
    """Find card payments, latest first."""
    return db.value(
        SEARCH_CARD_PAYMENTS_RESULT,
        me=db.me,
        card=card,
        query=query,
        country=country,
        status=status,
        from_=from_,
        to=to,
        min_amount=min_amount,
        disputed=disputed,
        page_size=page_size,
        page=page,
    )


BLOCK_CARD_ACCOUNT = "SELECT account FROM card WHERE id = :card"
BLOCK_CARD_REQUIRE = "SELECT status = 'active' FROM card WHERE id = :card"
BLOCK_CARD_UPDATE_CARD = "UPDATE card SET status = 'blocked' WHERE id = :card"
BLOCK_CARD_UPDATE_CARD_PAYMENT = """
UPDATE card_payment
SET status = 'reversed'
WHERE card = :card AND status = 'authorised'
"""
BLOCK_CARD_NUMBER = """
SELECT item_2.value
FROM json_each((
  SELECT json_group_array(awm_whole(9000 + item.value) ORDER BY item.key)
  FROM json_each(awm_range(500)) AS item
)) AS item_2
WHERE NOT EXISTS(
  SELECT 1 FROM card WHERE card.last_four = awm_concat(CAST(item_2.value AS TEXT))
)
ORDER BY item_2.key
LIMIT 1
"""
BLOCK_CARD_CREATE_CARD = """
INSERT INTO card (
  account, customer, last_four, month_limit, works_abroad, expires_on, replaces, status
)
VALUES (
  (SELECT card.account FROM card WHERE card.id = :card),
  (SELECT card_2.customer FROM card AS card_2 WHERE card_2.id = :card),
  awm_concat(CAST(:number AS TEXT)),
  (SELECT card_3.month_limit FROM card AS card_3 WHERE card_3.id = :card),
  (SELECT card_4.works_abroad FROM card AS card_4 WHERE card_4.id = :card),
  awm_shift_months(date(:now), awm_months(48)),
  :card,
  'active'
)
RETURNING id
"""
BLOCK_CARD_RESULT = """
SELECT json_object(
  'id', card.id,
  'last_four', card.last_four,
  'status', card.status,
  'replacement', json((
    SELECT json_object(
      'id', card_2.id, 'last_four', card_2.last_four, 'expires_on', card_2.expires_on
    )
    FROM card AS card_2
    WHERE card_2.replaces IS :card
    ORDER BY card_2.id
    LIMIT 1
  ))
)
FROM card
WHERE card.id = :card
"""


@tool(card=Ref(CARD, name="card_id"), send_replacement=Bool(default=1), writes=True, invariants=(0,))
def block_card(db, card, send_replacement):
    """Block a card for good, with a new one if wanted. It cannot be undone."""
    must_use(db, db.value(BLOCK_CARD_ACCOUNT, card=card))
    if not db.value(BLOCK_CARD_REQUIRE, card=card):
        raise ToolError("blocked", "It is blocked already.")
    db.run(BLOCK_CARD_UPDATE_CARD, card=card)
    db.run(BLOCK_CARD_UPDATE_CARD_PAYMENT, card=card)
    if send_replacement:
        number = db.value(BLOCK_CARD_NUMBER)
        if number is None:
            raise ToolError("no_number", "No number is left.")
        db.insert(BLOCK_CARD_CREATE_CARD, card=card, number=number, now=db.now)
    return db.value(BLOCK_CARD_RESULT, card=card)


SET_CARD_LIMITS_ACCOUNT = "SELECT account FROM card WHERE id = :card"
SET_CARD_LIMITS_REQUIRE = "SELECT status = 'active' FROM card WHERE id = :card"
SET_CARD_LIMITS_UPDATE_CARD = """
UPDATE card
SET
  month_limit = coalesce(:month_limit, month_limit),
  works_abroad = coalesce(:works_abroad, works_abroad)
WHERE id = :card
"""
SET_CARD_LIMITS_RESULT = """
SELECT json_object(
  'id', card.id,
  'last_four', card.last_four,
  'month_limit', json(printf('%.2f', card.month_limit / 100.0)),
  'works_abroad', json(iif(card.works_abroad, 'true', 'false')),
  'spent_this_month', json(printf(
    '%.2f',
    awm_whole((
      SELECT coalesce(sum(card_payment.amount), 0)
      FROM card_payment
      WHERE card_payment.card = card.id
        AND card_payment.status <> 'reversed'
        AND awm_year(card_payment.paid_at) = awm_year(:now)
        AND awm_month(card_payment.paid_at) = awm_month(:now)
    )) / 100.0
  ))
)
FROM card
WHERE card.id = :card
"""


@tool(
    card=Ref(CARD, name="card_id"),
    month_limit=Optional(Money(0, 1000000)),
    works_abroad=Optional(Bool()),
    writes=True,
    invariants=(0,),
)
def set_card_limits(db, card, month_limit, works_abroad):
    """Change what a card may spend in a month, and whether it works abroad."""
    must_use(db, db.value(SET_CARD_LIMITS_ACCOUNT, card=card))
    if not db.value(SET_CARD_LIMITS_REQUIRE, card=card):
        raise ToolError("blocked", "It is blocked.")
    db.run(SET_CARD_LIMITS_UPDATE_CARD, month_limit=month_limit, works_abroad=works_abroad, card=card)
    return db.value(SET_CARD_LIMITS_RESULT, card=card, now=db.now)


DISPUTE_PAYMENT_ACCOUNT = """
SELECT card.account
FROM card_payment AS payment
JOIN card ON card.id = payment.card
WHERE payment.id = :payment
"""
DISPUTE_PAYMENT_REQUIRE = (
    "SELECT (SELECT id FROM dispute WHERE payment = :payment ORDER BY id LIMIT 1) IS NULL"
)
DISPUTE_PAYMENT_REQUIRE_2 = "SELECT status <> 'reversed' FROM card_payment WHERE id = :payment"
DISPUTE_PAYMENT_REQUIRE_3 = """
SELECT awm_elapsed(:now, paid_at) <= awm_days(120)
FROM card_payment
WHERE id = :payment
"""
DISPUTE_PAYMENT_REQUIRE_4 = """
SELECT :reason <> 'not_mine' OR card.status = 'blocked'
FROM card_payment AS payment
JOIN card ON card.id = payment.card
WHERE payment.id = :payment
"""
DISPUTE_PAYMENT_CREDITED = """
SELECT CASE WHEN status = 'settled' AND amount <= 15000 THEN amount ELSE 0 END
FROM card_payment
WHERE id = :payment
"""
DISPUTE_PAYMENT_CREATE_DISPUTE = """
INSERT INTO dispute (payment, reason, credited, opened_at, status)
VALUES (:payment, :reason, :credited, :now, 'open')
RETURNING id
"""
DISPUTE_PAYMENT_ACCOUNT_2 = """
SELECT card.account
FROM card_payment AS payment
JOIN card ON card.id = payment.card
WHERE payment.id = :payment
"""
DISPUTE_PAYMENT_COUNTERPARTY = "SELECT merchant FROM card_payment WHERE id = :payment"
DISPUTE_PAYMENT_RESULT = """
SELECT json_object(
  'id', dispute.id,
  'status', dispute.status,
  'reason', dispute.reason,
  'credited', json(printf('%.2f', dispute.credited / 100.0)),
  'payment', json_object(
    'id', payment.id,
    'merchant', payment.merchant,
    'amount', json(printf('%.2f', payment.amount / 100.0)),
    'status', payment.status
  )
)
FROM dispute
JOIN card_payment AS payment ON payment.id = dispute.payment
WHERE dispute.id = :dispute
"""


@tool(
    payment=Ref(CARD_PAYMENT, name="payment_id"),
    reason=Enum("not_mine", "wrong_amount", "twice", "not_delivered"),
    writes=True,
    invariants=(0, 2),
)
def dispute_payment(db, payment, reason):
    """Object to a card payment of the last 120 days. Up to 150, settled payments are credited at once."""
    must_use(db, db.value(DISPUTE_PAYMENT_ACCOUNT, payment=payment))
    if not db.value(DISPUTE_PAYMENT_REQUIRE, payment=payment):
        raise ToolError("disputed", "There is a dispute about it already.")
    if not db.value(DISPUTE_PAYMENT_REQUIRE_2, payment=payment):
        raise ToolError("reversed", "It has been reversed.")
    if not db.value(DISPUTE_PAYMENT_REQUIRE_3, now=db.now, payment=payment):
        raise ToolError("too_late", "Objections are taken for 120 days.")
    if not db.value(DISPUTE_PAYMENT_REQUIRE_4, reason=reason, payment=payment):
        raise ToolError("block_first", "Block the card first if somebody else uses it.")
    credited = db.value(DISPUTE_PAYMENT_CREDITED, payment=payment)
    dispute = db.insert(
        DISPUTE_PAYMENT_CREATE_DISPUTE, payment=payment, reason=reason, credited=credited, now=db.now
    )
    if credited > 0:
        book(
            db,
            db.value(DISPUTE_PAYMENT_ACCOUNT_2, payment=payment),
            "refund",
            credited,
            db.value(DISPUTE_PAYMENT_COUNTERPARTY, payment=payment),
            "Provisional credit",
        )
    return db.value(DISPUTE_PAYMENT_RESULT, dispute=dispute)


LIST_POTS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'id', p.id,
        'name', p.name,
        'account', json_object('iban', account.iban, 'name', account.name),
        'target', json(printf('%.2f', p.target / 100.0)),
        'saved', json(printf('%.2f', p.saved / 100.0)),
        'wanted_by', p.wanted_by,
        'missing', json(printf('%.2f', max(p.target - p.saved, 0) / 100.0)),
        'months_left', CASE
          WHEN p.wanted_by IS NULL THEN NULL
          ELSE max(
            (awm_year(p.wanted_by) - awm_year(:now)) * 12
            + awm_month(p.wanted_by)
            - awm_month(:now),
            1
          )
        END,
        'a_month', json(awm_money_text(CASE
          WHEN CASE
            WHEN p.wanted_by IS NULL THEN NULL
            ELSE max(
              (awm_year(p.wanted_by) - awm_year(:now)) * 12
              + awm_month(p.wanted_by)
              - awm_month(:now),
              1
            )
          END IS NULL THEN NULL
          ELSE awm_scale(
            max(p.target - p.saved, 0),
            '/',
            CASE
              WHEN p.wanted_by IS NULL THEN NULL
              ELSE max(
                (awm_year(p.wanted_by) - awm_year(:now)) * 12
                + awm_month(p.wanted_by)
                - awm_month(:now),
                1
              )
            END
          )
        END))
      )
      ORDER BY awm_fold(p.name), p.name, p.id
    )
    FROM pot AS p
    JOIN account ON account.iban = p.account
    WHERE EXISTS(
      SELECT 1 FROM holder WHERE holder.account = account.iban AND holder.customer = :me
    )
  ))
)
"""


@tool()
def list_pots(db):
    """My pots: what is missing, and what that is a month until they are wanted."""
    return db.value(LIST_POTS_RESULT, me=db.me, now=db.now)


CREATE_POT_REQUIRE = """
SELECT NOT EXISTS(
  SELECT 1 FROM pot WHERE account = :account AND awm_lower(name) = awm_lower(:name)
)
"""
CREATE_POT_THERE_ALREADY = """
SELECT awm_concat(name, ' has a pot of that name.')
FROM account
WHERE iban = :account
"""
CREATE_POT_CREATE_POT = """
INSERT INTO pot (account, name, target, wanted_by, saved)
VALUES (:account, :name, :target, :wanted_by, 0)
RETURNING id
"""
CREATE_POT_RESULT = """
SELECT json_object(
  'id', id,
  'name', name,
  'target', json(printf('%.2f', target / 100.0)),
  'saved', json(printf('%.2f', saved / 100.0)),
  'wanted_by', wanted_by,
  'missing', json(printf('%.2f', max(target - saved, 0) / 100.0)),
  'months_left', CASE
    WHEN wanted_by IS NULL THEN NULL
    ELSE max(
      (awm_year(wanted_by) - awm_year(:now)) * 12 + awm_month(wanted_by) - awm_month(:now),
      1
    )
  END
)
FROM pot
WHERE id = :made_1
"""


@tool(
    account=Ref(ACCOUNT, name="account_id"),
    name=Text(1, 40),
    target=Money(100),
    wanted_by=Optional(Date()),
    writes=True,
    invariants=(0,),
)
def create_pot(db, account, name, target, wanted_by):
    """Begin to put money of an account aside for something."""
    must_use(db, account)
    if not (wanted_by is None or wanted_by > fn.date(db.now)):
        raise ToolError("bad_date", "That day is over.")
    if not db.value(CREATE_POT_REQUIRE, account=account, name=name):
        raise ToolError("there_already", db.value(CREATE_POT_THERE_ALREADY, account=account))
    made_1 = db.insert(CREATE_POT_CREATE_POT, account=account, name=name, target=target, wanted_by=wanted_by)
    return db.value(CREATE_POT_RESULT, made_1=made_1, now=db.now)


FILL_POT_ACCOUNT = "SELECT account FROM pot WHERE id = :pot"
FILL_POT_FREE = """
SELECT awm_whole(
  (SELECT coalesce(sum(entry.amount), 0) FROM entry WHERE entry.account = account.iban)
  - (
    SELECT coalesce(sum(pot_2.saved), 0)
    FROM pot AS pot_2
    WHERE pot_2.account = account.iban
  )
  - (
    SELECT coalesce(sum(p.amount), 0)
    FROM card_payment AS p
    JOIN card ON card.id = p.card
    WHERE card.account = account.iban AND p.status = 'authorised'
  )
)
FROM pot
JOIN account ON account.iban = pot.account
WHERE pot.id = :pot
"""
FILL_POT_TOO_LITTLE = """
SELECT awm_concat(
  awm_money_text(:free),
  ' of ',
  account.name,
  ' are not in pots; an overdraft fills none.'
)
FROM pot
JOIN account ON account.iban = pot.account
WHERE pot.id = :pot
"""
FILL_POT_UPDATE_POT = "UPDATE pot SET saved = awm_whole(saved + :amount) WHERE id = :pot"
FILL_POT_RESULT = """
SELECT json_object(
  'id', pot.id,
  'name', pot.name,
  'saved', json(printf('%.2f', pot.saved / 100.0)),
  'missing', json(printf('%.2f', max(pot.target - pot.saved, 0) / 100.0)),
  'available', json(printf(
    '%.2f',
    awm_whole(
      (
        SELECT coalesce(sum(entry.amount), 0)
        FROM entry
        WHERE entry.account = account.iban
      )
      + account.overdraft
      - (
        SELECT coalesce(sum(pot_2.saved), 0)
        FROM pot AS pot_2
        WHERE pot_2.account = account.iban
      )
      - (
        SELECT coalesce(sum(p.amount), 0)
        FROM card_payment AS p
        JOIN card ON card.id = p.card
        WHERE card.account = account.iban AND p.status = 'authorised'
      )
    ) / 100.0
  ))
)
FROM pot
JOIN account ON account.iban = pot.account
WHERE pot.id = :pot
"""


@tool(pot=Ref(POT, name="pot_id"), amount=Money(1), writes=True, invariants=(0,))
def fill_pot(db, pot, amount):
    """Put money aside."""
    must_use(db, db.value(FILL_POT_ACCOUNT, pot=pot))
    free = db.value(FILL_POT_FREE, pot=pot)
    if not (amount <= free):
        raise ToolError("too_little", db.value(FILL_POT_TOO_LITTLE, free=free, pot=pot))
    db.run(FILL_POT_UPDATE_POT, amount=amount, pot=pot)
    return db.value(FILL_POT_RESULT, pot=pot)


TAKE_FROM_POT_ACCOUNT = "SELECT account FROM pot WHERE id = :pot"
TAKE_FROM_POT_N = "SELECT coalesce(:amount, saved) FROM pot WHERE id = :pot"
TAKE_FROM_POT_REQUIRE = "SELECT :n <= saved FROM pot WHERE id = :pot"
TAKE_FROM_POT_TOO_MUCH = """
SELECT awm_concat('There are ', awm_money_text(saved), ' in it.')
FROM pot
WHERE id = :pot
"""
TAKE_FROM_POT_UPDATE_POT = "UPDATE pot SET saved = awm_whole(saved - :n) WHERE id = :pot"
TAKE_FROM_POT_LEFT = "SELECT saved FROM pot WHERE id = :pot"
TAKE_FROM_POT_NOT_EMPTY = "SELECT awm_concat(awm_money_text(:left), ' are still in it.')"
TAKE_FROM_POT_DELETE_POT = "DELETE FROM pot WHERE id = :pot"
TAKE_FROM_POT_RESULT = """
SELECT json_object(
  'taken', json(printf('%.2f', :n / 100.0)),
  'left', json(printf('%.2f', :left / 100.0)),
  'removed', json(iif(:remove, 'true', 'false'))
)
"""


@tool(
    pot=Ref(POT, name="pot_id"),
    amount=Optional(Money(1)),
    remove=Bool(default=0),
    writes=True,
    invariants=(0,),
)
def take_from_pot(db, pot, amount, remove):
    """Take money out of a pot, all of it if no amount is given; an empty pot can go away."""
    must_use(db, db.value(TAKE_FROM_POT_ACCOUNT, pot=pot))
    n = db.value(TAKE_FROM_POT_N, amount=amount, pot=pot)
    if not db.value(TAKE_FROM_POT_REQUIRE, n=n, pot=pot):
        raise ToolError("too_much", db.value(TAKE_FROM_POT_TOO_MUCH, pot=pot))
    db.run(TAKE_FROM_POT_UPDATE_POT, n=n, pot=pot)
    left = db.value(TAKE_FROM_POT_LEFT, pot=pot)
    if remove:
        if not (left == 0):
            raise ToolError("not_empty", db.value(TAKE_FROM_POT_NOT_EMPTY, left=left))
        db.run(TAKE_FROM_POT_DELETE_POT, pot=pot)
    return db.value(TAKE_FROM_POT_RESULT, n=n, left=left, remove=remove)


GET_LOAN_RESULT = """
SELECT json_object(
  'id', loan.id,
  'purpose', loan.purpose,
  'account', json_object('iban', account.iban, 'name', account.name),
  'principal', json(printf('%.2f', loan.principal / 100.0)),
  'rate', loan.rate,
  'started_on', loan.started_on,
  'month_part', json(printf('%.2f', loan.month_part / 100.0)),
  'extra_paid', json(printf('%.2f', loan.extra_paid / 100.0)),
  'outstanding', json(printf(
    '%.2f',
    awm_whole(
      loan.principal
      - loan.extra_paid
      - (
        SELECT coalesce(sum(instalment.principal_part), 0)
        FROM instalment
        WHERE instalment.loan = loan.id AND instalment.paid_on IS NOT NULL
      )
    ) / 100.0
  )),
  'paid_off_on', (
    SELECT max(instalment_2.due_on)
    FROM instalment AS instalment_2
    WHERE instalment_2.loan = loan.id
  ),
  'instalments', json((
    SELECT json_group_array(
      json_object(
        'number', instalment_3.number,
        'due_on', instalment_3.due_on,
        'principal_part', json(printf('%.2f', instalment_3.principal_part / 100.0)),
        'interest', json(printf('%.2f', instalment_3.interest / 100.0)),
        'amount', json(printf(
          '%.2f', awm_whole(instalment_3.principal_part + instalment_3.interest) / 100.0
        ))
      )
      ORDER BY instalment_3.number, instalment_3.id
    )
    FROM instalment AS instalment_3
    WHERE instalment_3.loan = loan.id AND instalment_3.paid_on IS NULL
  ))
)
FROM loan
JOIN account ON account.iban = loan.account
WHERE loan.id = :loan
"""


@tool(loan=Ref(LOAN, name="loan_id"))
def get_loan(db, loan):
    """A loan with the instalments to come."""
    return db.value(GET_LOAN_RESULT, loan=loan)


LIST_LOANS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'id', loan.id,
        'purpose', loan.purpose,
        'account', json_object('iban', account.iban, 'name', account.name),
        'outstanding', json(printf(
          '%.2f',
          awm_whole(
            loan.principal
            - loan.extra_paid
            - (
              SELECT coalesce(sum(instalment.principal_part), 0)
              FROM instalment
              WHERE instalment.loan = loan.id AND instalment.paid_on IS NOT NULL
            )
          ) / 100.0
        )),
        'rate', loan.rate,
        'paid_off_on', (
          SELECT max(instalment_2.due_on)
          FROM instalment AS instalment_2
          WHERE instalment_2.loan = loan.id
        ),
        'next', json((
          SELECT json_object(
            'due_on', instalment_3.due_on,
            'amount', json(printf(
              '%.2f',
              awm_whole(instalment_3.principal_part + instalment_3.interest) / 100.0
            ))
          )
          FROM instalment AS instalment_3
          WHERE instalment_3.loan = loan.id AND instalment_3.paid_on IS NULL
          ORDER BY instalment_3.number, instalment_3.id
          LIMIT 1
        ))
      )
      ORDER BY loan.id
    )
    FROM loan
    JOIN account ON account.iban = loan.account
    WHERE EXISTS(
      SELECT 1 FROM holder WHERE holder.account = account.iban AND holder.customer = :me
    )
  ))
)
"""


@tool()
def list_loans(db):
    """My loans."""
    return db.value(LIST_LOANS_RESULT, me=db.me)


REPAY_EXTRA_REQUIRE = """
SELECT :amount <= loan.principal - loan.extra_paid - (
  SELECT coalesce(sum(instalment.principal_part), 0)
  FROM instalment
  WHERE instalment.loan = loan.id AND instalment.paid_on IS NOT NULL
)
FROM loan
WHERE loan.id = :loan
"""
REPAY_EXTRA_TOO_MUCH = """
SELECT awm_concat(
  'Only ',
  awm_money_text(awm_whole(
    loan.principal
    - loan.extra_paid
    - (
      SELECT coalesce(sum(instalment.principal_part), 0)
      FROM instalment
      WHERE instalment.loan = loan.id AND instalment.paid_on IS NOT NULL
    )
  )),
  ' are left to pay back.'
)
FROM loan
WHERE loan.id = :loan
"""
REPAY_EXTRA_REQUIRE_2 = "SELECT currency = 'EUR' FROM account WHERE iban = :from_"
REPAY_EXTRA_NEXT = """
SELECT id
FROM instalment
WHERE loan = :loan AND paid_on IS NULL
ORDER BY number, id
LIMIT 1
"""
REPAY_EXTRA_NUMBER = "SELECT number FROM instalment WHERE id = :next"
REPAY_EXTRA_DUE = "SELECT due_on FROM instalment WHERE id = :next"
REPAY_EXTRA_COUNTERPARTY = "SELECT awm_concat('Loan ', purpose) FROM loan WHERE id = :loan"
REPAY_EXTRA_DELETE_INSTALMENT = "DELETE FROM instalment WHERE loan = :loan AND paid_on IS NULL"
REPAY_EXTRA_UPDATE_LOAN = "UPDATE loan SET extra_paid = awm_whole(extra_paid + :amount) WHERE id = :loan"
REPAY_EXTRA_RESULT = """
SELECT json_object(
  'id', loan.id,
  'outstanding', json(printf(
    '%.2f',
    awm_whole(
      loan.principal
      - loan.extra_paid
      - (
        SELECT coalesce(sum(instalment.principal_part), 0)
        FROM instalment
        WHERE instalment.loan = loan.id AND instalment.paid_on IS NOT NULL
      )
    ) / 100.0
  )),
  'paid_off_on', (
    SELECT max(instalment_2.due_on)
    FROM instalment AS instalment_2
    WHERE instalment_2.loan = loan.id
  ),
  'left', (
    SELECT count(*)
    FROM instalment AS instalment_3
    WHERE instalment_3.loan = loan.id AND instalment_3.paid_on IS NULL
  )
)
FROM loan
WHERE loan.id = :loan
"""


@tool(
    loan=Ref(LOAN, name="loan_id"),
    from_=Ref(ACCOUNT, name="from_id"),
    amount=Money(5000),
    writes=True,
    invariants=(0, 1, 2),
)
def repay_extra(db, loan, from_, amount):
    """Pay back more of a loan than is due, at least 50: it ends sooner, with the same part each month."""
    if not db.value(REPAY_EXTRA_REQUIRE, amount=amount, loan=loan):
        raise ToolError("too_much", db.value(REPAY_EXTRA_TOO_MUCH, loan=loan))
    if not db.value(REPAY_EXTRA_REQUIRE_2, from_=from_):
        raise ToolError("other_currency", "Loans are paid back in euros.")
    next = db.value(REPAY_EXTRA_NEXT, loan=loan)
    if next is None:
        raise ToolError("paid_off", "It is paid off.")
    number = db.value(REPAY_EXTRA_NUMBER, next=next)
    due = db.value(REPAY_EXTRA_DUE, next=next)
    withdraw(db, from_, "loan", amount, db.value(REPAY_EXTRA_COUNTERPARTY, loan=loan), "Extra repayment")
    db.run(REPAY_EXTRA_DELETE_INSTALMENT, loan=loan)
    db.run(REPAY_EXTRA_UPDATE_LOAN, amount=amount, loan=loan)
    plan(db, loan, number, due)
    return db.value(REPAY_EXTRA_RESULT, loan=loan)


FIND_MEETING_TIMES_REQUIRE = "SELECT :from_ <= :to AND awm_elapsed(:to, :from_) <= awm_days(14)"
FIND_MEETING_TIMES_PLACE = "SELECT coalesce(:branch, branch) FROM customer WHERE id = :me"
FIND_MEETING_TIMES_RESULT = """
SELECT json_object(
  'items', json(awm_flat((
    SELECT json_group_array(
      json((
        SELECT json_group_array(
          json_object(
            'adviser', a.id,
            'name', a.name,
            'day', awm_shift(:from_, awm_days(item.value)),
            'starts_at', (
              SELECT item_4.value
              FROM json_each((
                SELECT json_group_array(
                  awm_shift(
                    awm_datetime(
                      awm_shift(:from_, awm_days(item.value)),
                      max(coalesce(:not_before, place.opens), place.opens)
                    ),
                    awm_minutes(30) * item_3.value
                  )
                  ORDER BY item_3.key
                )
                FROM json_each(awm_range(24)) AS item_3
              )) AS item_4
              WHERE item_4.value > :now
                AND time(awm_shift(item_4.value, :size)) <= place.closes
                AND date(awm_shift(item_4.value, :size)) = date(item_4.value)
                AND NOT EXISTS(
                  SELECT 1
                  FROM meeting AS m
                  WHERE m.adviser = a.id
                    AND m.starts_at < awm_shift(item_4.value, :size)
                    AND m.ends_at > item_4.value
                )
              ORDER BY item_4.key
              LIMIT 1
            )
          )
          ORDER BY awm_fold(a.name), a.name, a.id
        )
        FROM adviser AS a
        WHERE a.branch = :place
          AND EXISTS(
            SELECT 1
            FROM json_each(a.topics) AS item_2
            WHERE awm_contains(item_2.value, :topic)
          )
      ))
      ORDER BY item.key
    )
    FROM json_each(awm_range(15)) AS item
    WHERE awm_shift(:from_, awm_days(item.value)) <= :to
      AND awm_weekday(awm_shift(:from_, awm_days(item.value))) <= 5
  )))
)
FROM branch AS place
WHERE place.id = :place
"""


@tool(
    topic=Text(2, 40),
    branch=Optional(Ref(BRANCH), name="branch_id"),
    from_=Date(),
    to=Date(),
    not_before=Optional(Time()),
    minutes=Int(30, 90, default=60),
)
def find_meeting_times(db, topic, branch, from_, to, not_before, minutes):
    """The first time at which each adviser for a topic is free on each day, Monday to Friday."""
    if not db.value(FIND_MEETING_TIMES_REQUIRE, from_=from_, to=to):
        raise ToolError("bad_range", "Ask for two weeks at most.")
    place = db.value(FIND_MEETING_TIMES_PLACE, branch=branch, me=db.me)
    size = fn.minutes(minutes)
    return db.value(
        FIND_MEETING_TIMES_RESULT,
        from_=from_,
        to=to,
        place=place,
        topic=topic,
        not_before=not_before,
        now=db.now,
        size=size,
    )


BOOK_MEETING_ENDS_AT = "SELECT awm_shift(:starts_at, awm_minutes(:minutes))"
BOOK_MEETING_REQUIRE = """
SELECT awm_weekday(:starts_at) <= 5
  AND time(:starts_at) >= branch.opens
  AND time(:ends_at) <= branch.closes
FROM adviser
JOIN branch ON branch.id = adviser.branch
WHERE adviser.id = :adviser
"""
BOOK_MEETING_CLOSED = """
SELECT awm_concat(
  branch.name, ' is open Monday to Friday from ', branch.opens, ' to ', branch.closes, '.'
)
FROM adviser
JOIN branch ON branch.id = adviser.branch
WHERE adviser.id = :adviser
"""
BOOK_MEETING_REQUIRE_2 = """
SELECT EXISTS(
  SELECT 1
  FROM json_each(adviser.topics) AS item
  WHERE awm_contains(item.value, :topic) OR awm_contains(:topic, item.value)
)
FROM adviser
WHERE adviser.id = :adviser
"""
BOOK_MEETING_OTHER_TOPIC = """
SELECT awm_concat(name, ' does not advise on that.')
FROM adviser
WHERE id = :adviser
"""
BOOK_MEETING_REQUIRE_3 = """
SELECT NOT EXISTS(
  SELECT 1
  FROM meeting
  WHERE adviser = :adviser AND starts_at < :ends_at AND ends_at > :starts_at
)
"""
BOOK_MEETING_TAKEN = "SELECT awm_concat(name, ' is busy then.') FROM adviser WHERE id = :adviser"
BOOK_MEETING_CREATE_MEETING = """
INSERT INTO meeting (adviser, customer, topic, starts_at, ends_at)
VALUES (:adviser, :me, :topic, :starts_at, :ends_at)
RETURNING id
"""
BOOK_MEETING_RESULT = """
SELECT json_object(
  'id', made_1.id,
  'adviser', json_object(
    'id', adviser.id,
    'name', adviser.name,
    'branch', json_object('id', branch.id, 'name', branch.name, 'city', branch.city)
  ),
  'topic', made_1.topic,
  'starts_at', made_1.starts_at,
  'ends_at', made_1.ends_at
)
FROM meeting AS made_1
JOIN adviser ON adviser.id = made_1.adviser
JOIN branch ON branch.id = adviser.branch
WHERE made_1.id = :made_1
"""


@tool(
    adviser=Ref(ADVISER, name="adviser_id"),
    topic=Text(2, 60),
    starts_at=Datetime(),
    minutes=Int(30, 90, default=60),
    writes=True,
)
def book_meeting(db, adviser, topic, starts_at, minutes):
    """Meet an adviser at the branch."""
    ends_at = db.value(BOOK_MEETING_ENDS_AT, minutes=minutes, starts_at=starts_at)
    if not (starts_at > db.now):
        raise ToolError("in_the_past", "That is over.")
    if not db.value(BOOK_MEETING_REQUIRE, starts_at=starts_at, adviser=adviser, ends_at=ends_at):
        raise ToolError("closed", db.value(BOOK_MEETING_CLOSED, adviser=adviser))
    if not db.value(BOOK_MEETING_REQUIRE_2, adviser=adviser, topic=topic):
        raise ToolError("other_topic", db.value(BOOK_MEETING_OTHER_TOPIC, adviser=adviser))
    if not db.value(BOOK_MEETING_REQUIRE_3, adviser=adviser, ends_at=ends_at, starts_at=starts_at):
        raise ToolError("taken", db.value(BOOK_MEETING_TAKEN, adviser=adviser))
    made_1 = db.insert(
        BOOK_MEETING_CREATE_MEETING,
        adviser=adviser,
        me=db.me,
        topic=topic,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    return db.value(BOOK_MEETING_RESULT, made_1=made_1)


LIST_MESSAGES_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'id', id,
        'sender', sender,
        'subject', subject,
        'text', text,
        'sent_at', sent_at,
        'is_read', json(iif(is_read, 'true', 'false'))
      )
      ORDER BY sent_at DESC, id
    )
    FROM note
    WHERE customer = :me AND (NOT is_read OR NOT :unread_only)
  ))
)
"""


@tool(unread_only=Bool(default=0))
def list_messages(db, unread_only):
    """The messages in my inbox, latest first."""
    return db.value(LIST_MESSAGES_RESULT, me=db.me, unread_only=unread_only)


LIST_MEETINGS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'id', meeting.id,
        'adviser', json_object(
          'id', adviser.id,
          'name', adviser.name,
          'branch', json_object('id', branch.id, 'name', branch.name, 'city', branch.city)
        ),
        'customer', json_object('id', customer.id, 'name', customer.name),
        'topic', meeting.topic,
        'starts_at', meeting.starts_at,
        'ends_at', meeting.ends_at
      ) AS v
      FROM meeting
      JOIN adviser ON adviser.id = meeting.adviser
      JOIN branch ON branch.id = adviser.branch
      JOIN customer ON customer.id = meeting.customer
      WHERE meeting.customer = :me
      ORDER BY meeting.id
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (SELECT count(*) FROM meeting AS meeting_2 WHERE meeting_2.customer = :me),
  'page', :page
)
"""


@tool(page=Int(1, default=1), page_size=Int(1, 100, default=20))
def list_meetings(db, page, page_size):
    """List meetings."""
    return db.value(LIST_MEETINGS_RESULT, me=db.me, page_size=page_size, page=page)


DELETE_MEETING_DELETE_MEETING = "DELETE FROM meeting WHERE id = :meeting"
DELETE_MEETING_RESULT = "SELECT json_object('id', :id_deleted)"


@tool(meeting=Ref(MEETING, name="meeting_id"), writes=True)
def delete_meeting(db, meeting):
    """Delete a meeting."""
    id_deleted = meeting
    db.run(DELETE_MEETING_DELETE_MEETING, meeting=meeting)
    return db.value(DELETE_MEETING_RESULT, id_deleted=id_deleted)


LIST_BRANCHES_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'id', branch.id,
        'name', branch.name,
        'city', branch.city,
        'opens', branch.opens,
        'closes', branch.closes
      ) AS v
      FROM branch
      ORDER BY branch.id
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (SELECT count(*) FROM branch AS branch_2),
  'page', :page
)
"""


@tool(page=Int(1, default=1), page_size=Int(1, 100, default=20))
def list_branches(db, page, page_size):
    """List branches."""
    return db.value(LIST_BRANCHES_RESULT, page_size=page_size, page=page)


LIST_PRODUCTS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'code', product.code,
        'name', product.name,
        'kind', product.kind,
        'interest', product.interest,
        'fee', json(printf('%.2f', product.fee / 100.0)),
        'min_opening', json(printf('%.2f', product.min_opening / 100.0)),
        'is_offered', json(iif(product.is_offered, 'true', 'false'))
      ) AS v
      FROM product
      WHERE :kind IS NULL OR product.kind = :kind
      ORDER BY product.code
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (
    SELECT count(*)
    FROM product AS product_2
    WHERE :kind IS NULL OR product_2.kind = :kind
  ),
  'page', :page
)
"""


@tool(kind=Optional(Enum("current", "savings")), page=Int(1, default=1), page_size=Int(1, 100, default=20))
def list_products(db, kind, page, page_size):
    """List products, filtered by kind."""
    return db.value(LIST_PRODUCTS_RESULT, kind=kind, page_size=page_size, page=page)


# Lines of this file, and the lines of the spec from which they are made.
SPEC_LINES = """
316:291 317:291 318:292 319:292 333:298 344:310 345:310 346:310 347:310 348:310 349:310 350:310 351:310
352:310 353:310 354:310 397:327 398:328 399:328 400:330 464:335 465:343 466:343 467:345 468:345 469:345
470:345 471:345 472:345 473:345 474:345 475:346 476:347 477:347 478:347 479:347 480:347 481:347 482:347
483:347 484:347 485:348 502:352 503:353 504:354 537:359 538:360 539:361 540:362 541:363 542:364 543:364
544:364 545:364 546:364 547:364 548:364 549:364 550:364 551:371 552:372 631:381 731:391 802:411 803:411
804:412 805:412 806:414 807:414 808:416 809:417 810:417 811:417 812:424 813:425 814:426 815:427 816:427
817:427 818:427 819:427 820:427 821:427 822:427 823:429 923:434 924:434 925:435 926:435 927:437 928:437
929:438 930:439 931:440 980:448 1068:462 1069:462 1070:463 1071:463 1072:464 1073:465 1074:466 1075:467
1161:472 1162:473 1163:473 1164:475 1165:475 1166:476 1167:476 1168:477 1169:478 1170:479 1171:480 1172:480
1173:480 1174:481 1175:481 1176:483 1177:483 1178:483 1179:484 1180:486 1181:487 1182:488 1183:489 1184:490
1316:509 1317:509 1318:509 1319:509 1320:509 1321:509 1322:509 1323:509 1324:509 1325:509 1326:509 1327:509
1328:509 1329:509 1330:509 1331:509 1332:509 1389:532 1390:532 1391:534 1419:553 1455:561 1456:562 1512:567
1513:567 1514:567 1515:567 1516:569 1517:570 1518:571 1519:572 1520:574 1521:575 1522:577 1558:582 1559:582
1560:583 1606:603 1647:627 1672:637 1673:637 1674:637 1675:637 1676:639 1677:640 1688:645 1689:646 1690:647
1749:658 1750:659 1751:659 1752:660 1753:661 1754:661 1755:663 1756:663 1757:663 1758:663 1759:663 1760:663
1761:663 1762:663 1763:663 1764:670 1765:670 1766:671 1830:685 1831:685 1832:685 1833:685 1834:685 1835:685
1836:685 1837:685 1838:685 1839:685 1840:685 1867:698 1868:699 1869:699 1870:700 1871:701 1912:706 1913:706
1914:706 1958:722 1959:723 1960:723 1961:724 1962:724 1963:728 1964:728 1965:728 1966:728 1967:728 1968:728
1969:728 1970:728 1971:728 1972:728 1973:728 2013:747 2014:748 2015:748 2016:749 2017:749 2018:751 2019:751
2020:751 2021:751 2022:751 2023:751 2024:751 2025:751 2026:757 2047:762 2048:763 2049:763 2050:764 2051:765
2170:770 2171:770 2172:772 2173:774 2174:776 2175:778 2223:798 2267:811 2268:812 2269:812 2270:814 2271:814
2272:815 2273:815 2274:816 2275:825 2293:830 2294:831 2295:831 2296:832 2297:833 2347:840 2464:859 2465:859
2466:859 2467:859 2468:859 2469:859 2470:859 2471:859 2472:859 2473:859 2474:859 2475:859 2476:859 2477:859
2539:880 2540:881 2541:881 2542:882 2543:883 2544:884 2545:885 2546:885 2547:885 2548:888 2549:898 2593:906
2594:907 2595:907 2596:908 2597:912 2665:917 2666:918 2667:918 2668:919 2669:919 2670:920 2671:920 2672:921
2673:921 2674:923 2675:924 2676:924 2677:924 2678:925 2679:926 2680:926 2681:926 2682:926 2683:926 2684:926
2685:926 2686:926 2687:928 2751:935 2800:945 2801:946 2802:946 2803:947 2804:947 2805:949 2806:949 2879:956
2880:957 2881:958 2882:958 2883:960 2884:961 2917:966 2918:967 2919:968 2920:968 2921:969 2922:970 2923:971
2924:972 2925:972 2926:973 2927:975 2983:980 3041:993 3123:1003 3124:1003 3125:1004 3126:1004 3127:1005
3128:1005 3129:1005 3130:1007 3131:1008 3132:1009 3133:1010 3134:1011 3135:1012 3136:1013 3212:1027 3213:1027
3214:1028 3215:1029 3216:1030 3217:1030 3218:1030 3219:1030 3220:1030 3221:1030 3222:1030 3223:1030 3224:1030
3225:1030 3300:1061 3301:1062 3302:1062 3303:1063 3304:1063 3305:1067 3306:1067 3307:1069 3308:1069 3309:1071
3310:1071 3311:1071 3312:1071 3313:1071 3314:1071 3315:1071 3316:1071 3317:1071 3344:1082 3383:1088 3393:1088
3394:1088 3395:1088 3425:1089 3462:1090
"""
