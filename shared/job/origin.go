package job

import "fmt"

// Origin is where a record stands: in the topics of Kafka, and by its number, from 0, in the value there.
type Origin struct {
	Topic     string `json:"topic"`
	Partition int32  `json:"partition"`
	Offset    int64  `json:"offset"`
	Index     int    `json:"index"`
}

// String is "topic-partition-offset-index", which no other record has.
func (o Origin) String() string {
	return fmt.Sprintf("%s-%d-%d-%d", o.Topic, o.Partition, o.Offset, o.Index)
}
