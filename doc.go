// Package steploom is the root of the module. It holds no code but its own sources as data: ARCHITECTURE.md is the map.
package steploom
