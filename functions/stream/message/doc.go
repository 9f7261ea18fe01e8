// Package message decodes what a Kafka record's value holds into the records that a job works on, and decides which of them a job may see.
//
//	decoder := message.NewDecoder(message.Config{})
//	records, err := decoder.Decode(ctx, value) // an Avro object container of two records
//	records[0].Schema                          // {'type': 'record', 'name': 'Person', 'fields': […]}
//	records[0].Message                         // {'id': 'p1', 'age': 31}
//
// Values are those of [pytext]: nil, bool, int64, *big.Int, float64, string, []any and *pytext.Dict. They are what the Python consumer of Aether
// works on (spavro's DataFileReader, json.loads), limited to what JSON can carry.
//
// # Formats
//
//	avro      an Avro object container (Avro 1.12 specification, "Object Container Files"): any number of records, schema inside; the codecs
//	          null, deflate, snappy and zstandard
//	registry  one Avro value in the wire format of Confluent's schema registry: a zero byte, four bytes with the id of the schema, the value
//	json      one JSON value, as json.loads reads it; a byte order mark is ignored
//	text      one text in UTF-8
//	""        avro and registry by their first bytes, else json if it parses, else text
//
// # Avro values
//
//	null, boolean           None, True or False
//	int, long               an int, exact
//	float, double           a float; a float has the digits of the double it is widened to: 1.1 becomes 1.100000023841858
//	string, enum            a str
//	bytes, fixed            a str, the bytes in base64 with padding (RFC 4648 section 4): the Python consumer fails on these
//	array                   a list
//	map, record             a dict in the order of the data, or of the fields of the schema
//	union                   the value alone, without the name of its branch
//	decimal                 a str with all digits of its scale: "12.30"
//	uuid on fixed(16)       a str: "8d5b2a1c-…"
//	other logical types     as the type below, as the Python consumer reads them: dates are days and timestamps milliseconds, microseconds or
//	                        nanoseconds since 1970-01-01, times of day since midnight
//
// NaN, infinities and lone surrogates, which no JSON can carry, are an error.
//
// # Limits
//
// A value from Kafka is untrusted: [ValueLimit], [DataLimit], [CountLimit], [DepthLimit] and [SchemaLimit] bound what it may take. One that is not what it
// claims fails as a whole, with an error of package task whose name begins with "Stream.".
package message
