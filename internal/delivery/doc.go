// Package delivery holds one test: records of Kafka reach a service that fails, by `steploom dev`, which is killed again and again. See delivery_test.go.
package delivery
