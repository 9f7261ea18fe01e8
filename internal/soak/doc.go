// Package soak holds one test: `steploom dev` under load while everything around it goes wrong. See soak_test.go; `make soak` runs it for ten
// minutes.
package soak
