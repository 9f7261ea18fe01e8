-- phpMyAdmin SQL Dump
SET SQL_MODE = "NO_AUTO_VALUE_ON_ZERO";
START TRANSACTION;
SET time_zone = "+00:00";
/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
DROP TABLE IF EXISTS `orders`;
CREATE TABLE `orders` (
  `id` int(11) NOT NULL,
  `person` int(11) DEFAULT NULL,
  `total` decimal(10,2) NOT NULL DEFAULT 0.00
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE `person` (
  `id` int(11) NOT NULL,
  `mail` varchar(50) NOT NULL
) ENGINE=InnoDB;
INSERT INTO `orders` (`id`, `person`, `total`) VALUES
(1, 1, '10.50'),
(2, 2, '3.00');
INSERT INTO `person` (`id`, `mail`) VALUES (1, 'a@x'), (2, 'b@x');
ALTER TABLE `orders`
  ADD PRIMARY KEY (`id`),
  ADD KEY `person` (`person`);
ALTER TABLE `person`
  ADD PRIMARY KEY (`id`),
  ADD UNIQUE KEY `mail` (`mail`);
ALTER TABLE `orders`
  MODIFY `id` int(11) NOT NULL AUTO_INCREMENT, AUTO_INCREMENT=3;
ALTER TABLE `person`
  MODIFY `id` int(11) NOT NULL AUTO_INCREMENT;
ALTER TABLE `orders`
  ADD CONSTRAINT `orders_fk` FOREIGN KEY (`person`) REFERENCES `person` (`id`) ON DELETE CASCADE;
COMMIT;
-- SELECT * FROM orders ORDER BY id
-- INSERT INTO person (mail) VALUES ('c@x')
-- SELECT * FROM person ORDER BY id
-- DELETE FROM person WHERE id = 1
-- SELECT id FROM orders
