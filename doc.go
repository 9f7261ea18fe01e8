// Package steploom is the root of the module. It holds no code: ARCHITECTURE.md is the map.
package steploom
