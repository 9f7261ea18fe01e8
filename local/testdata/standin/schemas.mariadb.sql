CREATE TABLE IF NOT EXISTS `item` (
  `id` int(11) unsigned NOT NULL AUTO_INCREMENT COMMENT 'the key',
  `name` varchar(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `price` decimal(8,2) unsigned DEFAULT '1.50',
  `kind` enum('a','b;c') DEFAULT 'a',
  `flags` set('x','y') DEFAULT NULL,
  `on` tinyint(1) NOT NULL DEFAULT 0,
  `made` datetime DEFAULT current_timestamp() ON UPDATE current_timestamp(),
  `seen` timestamp(3) NULL DEFAULT NULL,
  `extra` longtext CHECK (json_valid(`extra`)),
  `raw` varbinary(9) DEFAULT NULL,
  `y` year DEFAULT 2024,
  PRIMARY KEY (`id`),
  UNIQUE KEY `u` (`name`),
  KEY `k` (`price`, `kind`)
) ENGINE=InnoDB AUTO_INCREMENT=5 DEFAULT CHARSET=utf8mb4;
CREATE TABLE sale (id bigint PRIMARY KEY AUTO_INCREMENT, item int(11) unsigned, CONSTRAINT `fk` FOREIGN KEY (item) REFERENCES item (id) ON DELETE CASCADE);
CREATE INDEX n ON item (name(10));
CREATE UNIQUE INDEX m ON item (name, y) USING BTREE;
INSERT INTO item (id, name, price, kind, flags, `on`, seen, extra, raw) VALUES (1, 'it\'s', 2.25, 'b;c', 'x,y', 1, '2024-05-06 07:08:09.250', '{"a": 1}', x'00ff'), (2, "two", 3, 'a', NULL, 0, NULL, NULL, NULL);
INSERT IGNORE INTO item (id, name) VALUES (1, 'again'), (3, 'three');
REPLACE INTO item (id, name) VALUES (2, 'zwei');
INSERT INTO sale (item) VALUES (1), (3);
ALTER TABLE item ADD COLUMN note varchar(9) DEFAULT 'n' AFTER name, ADD COLUMN more int;
ALTER TABLE item DROP COLUMN more;
DROP INDEX n ON item;
ALTER TABLE item ADD INDEX o (note);
CREATE OR REPLACE VIEW cheap AS SELECT id, name FROM item WHERE price < 2;
CREATE TABLE gone (a int); CREATE TABLE gone2 (a int);
DROP TABLE IF EXISTS gone, gone2, gone3;
TRUNCATE TABLE sale;
LOCK TABLES item WRITE;
/*!40000 ALTER TABLE item DISABLE KEYS */;
UNLOCK TABLES;
SET FOREIGN_KEY_CHECKS=0;
INSERT INTO sale (id, item) VALUES (9, 99);
SET FOREIGN_KEY_CHECKS=1;
-- SELECT id, name, note, price, kind, flags, `on`, seen, extra, raw, y FROM item ORDER BY id
-- SELECT * FROM cheap ORDER BY id
-- SELECT * FROM sale
