// Package cost tells, from the definitions alone, what an operation costs and where it can pass a limit of AWS.
//
// A definition is a graph; path.go finds its cheapest and its dearest way from the start to an end, with every loop going round as
// often as the assumptions say. estimate.go prices both, warn.go compares them with the limits. The prices are one table (prices.go).
package cost
