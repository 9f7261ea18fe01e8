-- The newsroom's first articles, the same on every database.
INSERT INTO article (slug, title, body, section, rating, published_at) VALUES
  ('harbour-opens', 'The new harbour opens', 'Ships arrive from Monday on.', 'city', 4.5, '2026-01-12 08:00:00'),
  ('library-moves', 'The library moves house', 'Forty thousand books change places.', 'culture', 3.75, '2026-02-03 10:30:00'),
  ('tram-extended', 'Line 4 reaches the university', 'Six stops more, from autumn on.', 'city', 4.0, '2026-03-20 06:15:00'),
  ('winter-games', 'Winter games in town', 'A draft that nobody has seen yet.', 'sport', 0, NULL);

INSERT INTO article_tag (article_id, name) VALUES (1, 'water'), (1, 'trade'), (2, 'books'), (3, 'traffic');

INSERT INTO section (name, editor) VALUES ('city', 'Ada Lindqvist'), ('culture', 'Noor Haddad');

INSERT INTO reader (email, section) VALUES ('mo@example.com', 'city'), ('ida@example.com', 'city'), ('lee@example.com', 'culture');
