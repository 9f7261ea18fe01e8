package jsonpathng_test

import (
	"testing"
	"time"

	"github.com/steploom/steploom/shared/jsonpathng"
	"github.com/steploom/steploom/shared/pytext"
)

// message is a message with members, some of which are older than 18.
func message(members int) *pytext.Dict {
	list := make([]any, members)
	for i := range list {
		list[i] = pytext.NewDict("name", "n", "age", int64(i%40))
	}
	return pytext.NewDict("msg", pytext.NewDict("id", "i", "geo", pytext.NewDict("lat", 52.5), "members", list))
}

// get walks by hand.
func get(value any, names ...string) any {
	for _, name := range names {
		value, _ = value.(*pytext.Dict).Get(name)
	}
	return value
}

// BenchmarkFind compares with a walk by hand that finds the same: how many times as long a path takes is in the column x-by-hand.
func BenchmarkFind(b *testing.B) {
	document := message(100)
	for _, row := range []struct {
		name, path string
		byHand     func() int
	}{
		{"plain", "$.msg.geo.lat", func() int {
			if get(document, "msg", "geo", "lat") != nil {
				return 1
			}
			return 0
		}},
		{"filter", "$.msg.members[?(@.age > 18)].name", func() int {
			n := 0
			for _, member := range get(document, "msg", "members").([]any) {
				if age, ok := get(member, "age").(int64); ok && age > 18 && get(member, "name") != nil {
					n++
				}
			}
			return n
		}},
	} {
		b.Run(row.name, func(b *testing.B) {
			path, err := jsonpathng.Parse(row.path)
			if err != nil {
				b.Fatal(err)
			}
			want := row.byHand()
			var spent, spentByHand time.Duration
			b.ReportAllocs()
			for b.Loop() {
				start := time.Now()
				for range 100 {
					row.byHand()
				}
				middle := time.Now()
				for range 100 {
					if values, err := path.Find(document); err != nil || len(values) != want {
						b.Fatalf("%d values, %v, want %d", len(values), err, want)
					}
				}
				spentByHand, spent = spentByHand+middle.Sub(start), spent+time.Since(middle)
			}
			b.ReportMetric(float64(spent)/float64(b.N)/100, "ns/find")
			b.ReportMetric(float64(spent)/float64(spentByHand), "x-by-hand")
		})
	}
}
