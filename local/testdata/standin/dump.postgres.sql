--
-- PostgreSQL database dump
--

\restrict abc

SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SELECT pg_catalog.set_config('search_path', '', false);
SET default_table_access_method = heap;

CREATE SCHEMA pets;
ALTER SCHEMA pets OWNER TO steploom;

CREATE TABLE pets.owner (
    id integer NOT NULL,
    name character varying(40),
    born date,
    active boolean DEFAULT true NOT NULL
);
ALTER TABLE pets.owner OWNER TO steploom;
CREATE SEQUENCE pets.owner_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER TABLE pets.owner_id_seq OWNER TO steploom;
ALTER SEQUENCE pets.owner_id_seq OWNED BY pets.owner.id;
CREATE TABLE pets.pet (
    id bigint NOT NULL,
    owner_id integer,
    name text,
    weight numeric(6,2)
);
ALTER TABLE ONLY pets.owner ALTER COLUMN id SET DEFAULT nextval('pets.owner_id_seq'::regclass);
COPY pets.owner (id, name, born, active) FROM stdin;
1	Ann O'Neil	2001-02-03	t
2	tab\there\\	\N	f
\.

COPY pets.pet (id, owner_id, name, weight) FROM stdin;
7	1	Rex; the dog	12.50
8	2	\N	0.10
\.

SELECT pg_catalog.setval('pets.owner_id_seq', 2, true);
ALTER TABLE ONLY pets.owner
    ADD CONSTRAINT owner_pkey PRIMARY KEY (id);
ALTER TABLE ONLY pets.pet
    ADD CONSTRAINT pet_pkey PRIMARY KEY (id);
ALTER TABLE ONLY pets.pet
    ADD CONSTRAINT pet_name_key UNIQUE (name);
CREATE INDEX pet_owner ON pets.pet USING btree (owner_id);
ALTER TABLE ONLY pets.pet
    ADD CONSTRAINT pet_owner_fkey FOREIGN KEY (owner_id) REFERENCES pets.owner(id) ON DELETE CASCADE;
\unrestrict abc
-- INSERT INTO pets.owner (name) VALUES ('Cid') RETURNING id, name, active
-- SELECT * FROM pets.owner ORDER BY id
-- SELECT * FROM pets.pet ORDER BY id
-- DELETE FROM pets.owner WHERE id = 1
-- SELECT id FROM pets.pet ORDER BY id
