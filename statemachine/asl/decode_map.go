package asl

// named is the name of a field in the query language in force; "" is no field.
func (f fields) named(jsonPath, jsonata string) string {
	if f.language == JSONPath {
		return jsonPath
	}
	return jsonata
}

func itemReader(f fields) *ItemReader {
	f.only("Resource", "ReaderConfig", f.named("Parameters", "Arguments"))
	r := &ItemReader{Resource: f.text("Resource"), Parameters: f.data("Parameters"), Arguments: f.data("Arguments")}
	if c, ok := f.under("ReaderConfig"); ok {
		c.only("InputType", "Transformation", "CSVDelimiter", "CSVHeaderLocation", "CSVHeaders", "ManifestType", "ItemsPointer", "MaxItems", f.named("MaxItemsPath", ""))
		r.ReaderConfig = &ReaderConfig{
			InputType:         c.text("InputType"),
			Transformation:    c.text("Transformation"),
			CSVDelimiter:      c.text("CSVDelimiter"),
			CSVHeaderLocation: c.text("CSVHeaderLocation"),
			CSVHeaders:        c.texts("CSVHeaders"),
			ManifestType:      c.text("ManifestType"),
			ItemsPointer:      c.text("ItemsPointer"),
			MaxItems:          valueIn[float64](c, "MaxItems"),
			MaxItemsPath:      c.path("MaxItemsPath"),
		}
	}
	return r
}

func itemBatcher(f fields) *ItemBatcher {
	f.only("MaxItemsPerBatch", "MaxInputBytesPerBatch", "BatchInput", f.named("MaxItemsPerBatchPath", ""), f.named("MaxInputBytesPerBatchPath", ""))
	return &ItemBatcher{
		MaxItemsPerBatch:          valueIn[float64](f, "MaxItemsPerBatch"),
		MaxItemsPerBatchPath:      f.path("MaxItemsPerBatchPath"),
		MaxInputBytesPerBatch:     valueIn[float64](f, "MaxInputBytesPerBatch"),
		MaxInputBytesPerBatchPath: f.path("MaxInputBytesPerBatchPath"),
		BatchInput:                f.data("BatchInput"),
	}
}

func resultWriter(f fields) *ResultWriter {
	f.only("Resource", "WriterConfig", f.named("Parameters", "Arguments"))
	w := &ResultWriter{Resource: f.text("Resource"), Parameters: f.data("Parameters"), Arguments: f.data("Arguments")}
	if c, ok := f.under("WriterConfig"); ok {
		w.WriterConfig = &WriterConfig{Transformation: c.text("Transformation"), OutputType: c.text("OutputType")}
	}
	return w
}
