package nodes

// Table lists the node types in the order of the documentation.
func Table() []Type {
	return append([]Type{api(), cli(), db(), data(), human(), event(), system(), gateway()}, external()...)
}
