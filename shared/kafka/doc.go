// Package kafka is how brokers of Apache Kafka are talked to: by those who read topics, put records aside, and look after the offsets of groups.
package kafka
