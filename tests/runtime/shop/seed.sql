INSERT INTO "user" ("name", "email", "wallet") VALUES
  ('Alice Kim', 'alice@example.com', 8000),
  ('Bob Ruiz', 'bob@example.com', 1250);
INSERT INTO "item" VALUES
  ('MARG', 'Margherita', 950, 4.5, 1, '["pizza","vegetarian"]'),
  ('DIAV', 'Diavola', 1200, 4.25, 1, '["pizza"]'),
  ('TIRA', 'Tiramisu', 525, 4.9, 0, '[]'),
  ('NOOD', 'Fried noodles', 875, 3.8, 1, '["noodles"]');
INSERT INTO "order" ("user", "status", "placed_at", "tip") VALUES
  (1, 'placed', '2025-06-02T18:25:00', 200),
  (1, 'placed', '2025-05-01T12:00:00', 0),
  (2, 'cart', NULL, 0);
INSERT INTO "order_line" ("order", "item", "quantity") VALUES (1, 'NOOD', 2), (2, 'MARG', 1), (3, 'DIAV', 3);
INSERT INTO "ticket" VALUES ('T-001', 'Cold noodles', 1, '2025-06-02T18:28:00');
