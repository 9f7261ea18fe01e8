package task

// Table is a table of DynamoDB that functions keep data in.
type Table struct {
	Name string // one lower-case word: "jobs"
	Doc  string // one sentence
	// Key and Sort are the primary key; the name of Sort is "" where there is none.
	Key, Sort Attribute
	// Expires is the attribute with the time, in seconds since 1970, at which an item goes; "" where items stay.
	Expires string
	Indexes []Index
	// Setting is the one by which functions are told the table's name.
	Setting Setting
}

// Index is a global secondary index of a table, with all attributes.
type Index struct {
	Name      string
	Key, Sort Attribute
}

// Attribute is an attribute of a key.
type Attribute struct {
	Name string
	Type Type // TypeText or TypeNumber
}
