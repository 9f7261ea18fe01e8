-- The newsroom's tables on MariaDB.
CREATE TABLE article (
  id           integer AUTO_INCREMENT PRIMARY KEY,
  slug         varchar(100) NOT NULL UNIQUE,
  title        varchar(200) NOT NULL,
  body         text NOT NULL,
  section      varchar(50) NOT NULL,
  rating       double NOT NULL,
  published_at timestamp NULL
);
CREATE TABLE article_tag (
  article_id integer NOT NULL REFERENCES article (id),
  name       varchar(50) NOT NULL,
  PRIMARY KEY (article_id, name)
);
CREATE TABLE section (
  name   varchar(50) PRIMARY KEY,
  editor varchar(100) NULL
);
CREATE TABLE reader (
  email   varchar(200) PRIMARY KEY,
  section varchar(50) NOT NULL
);
CREATE TABLE announcement (
  id         integer AUTO_INCREMENT PRIMARY KEY,
  article_id integer NOT NULL REFERENCES article (id),
  status     integer NOT NULL,
  content    text NOT NULL
);
