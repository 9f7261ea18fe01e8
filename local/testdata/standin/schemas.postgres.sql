DROP SCHEMA IF EXISTS shop CASCADE;
CREATE SCHEMA IF NOT EXISTS shop;
CREATE SCHEMA "Stock";
CREATE SCHEMA IF NOT EXISTS shop;
CREATE TABLE shop.item (id serial PRIMARY KEY, name text NOT NULL, price numeric(8,2) DEFAULT 1.5);
CREATE TABLE IF NOT EXISTS shop.item (id int);
CREATE TABLE public.owner (id int PRIMARY KEY, name varchar(20));
CREATE TABLE shop.sale (id bigserial, item int NOT NULL REFERENCES shop.item (id) ON DELETE CASCADE, owner int REFERENCES public.owner (id) ON DELETE SET NULL, PRIMARY KEY (id));
CREATE TABLE "Stock"."Box" ("Id" int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, item int);
CREATE INDEX item_name ON shop.item USING btree (name);
CREATE UNIQUE INDEX IF NOT EXISTS item_name_price ON shop.item (name, price DESC NULLS LAST) WHERE price > 0;
CREATE VIEW shop.cheap AS SELECT id, name FROM shop.item WHERE price < 2;
CREATE OR REPLACE VIEW shop.cheap AS SELECT id, name FROM shop.item WHERE price < 3;
INSERT INTO public.owner VALUES (1, 'Ann'), (2, 'Bob');
INSERT INTO shop.item (name, price) VALUES ('pen', 1), ('ink', 2.25), ('box', 9);
INSERT INTO shop.sale (item, owner) VALUES (1, 1), (2, 2), (1, NULL);
INSERT INTO "Stock"."Box" (item) VALUES (3);
SET search_path TO shop;
INSERT INTO item (name) VALUES ('pad');
UPDATE item SET price = 4 WHERE name = 'box';
DELETE FROM public.owner WHERE id = 2 AND NOT EXISTS (SELECT 1 FROM public.owner WHERE id = 9);
SET search_path TO public;
DROP INDEX shop.item_name;
DROP INDEX IF EXISTS shop.item_name;
CREATE TABLE gone (a int);
CREATE TABLE shop.gone (a int);
CREATE TABLE shop.gone2 (a int);
DROP TABLE IF EXISTS gone, shop.gone, shop.gone2 CASCADE;
CREATE SCHEMA gone CREATE TABLE x (a int);
DROP SCHEMA gone CASCADE;
ALTER TABLE shop.item ADD COLUMN note text DEFAULT 'none';
ALTER TABLE ONLY shop.item RENAME COLUMN note TO remark;
TRUNCATE TABLE "Stock"."Box";
TRUNCATE shop.sale RESTART IDENTITY CASCADE;
COMMENT ON TABLE shop.item IS 'what is sold; here';
-- SELECT id, name, price, remark FROM shop.item ORDER BY id
-- SELECT * FROM shop.cheap ORDER BY id
-- SELECT * FROM public.owner ORDER BY id
-- SELECT count(*) AS n FROM shop.sale
-- SELECT count(*) AS n FROM "Stock"."Box"
-- SELECT owner.name FROM owner JOIN shop.item ON item.id = owner.id ORDER BY 1
