package edges

// Default is the mode of an edge that does not say its mode.
const Default = "sequential"

// Table lists the edge modes in the order of the documentation.
func Table() []Mode {
	return []Mode{
		sequential(), conditional(), parallel(), loop(), event(), fallback(), failure(), timeout(), spawn(), choice(), compensation(), message(),
		dataflow(), signal(), weighted(),
	}
}
