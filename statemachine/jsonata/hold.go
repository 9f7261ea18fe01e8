package jsonata

// hold ends the evaluation when a value that it has made holds more than Limits.Value allows. Texts are always measured. Containers are
// only once so much has been allocated that one could be too large, and no more of them than has been allocated, so that measuring never
// costs more than making them did.
func (st *state) hold(v any) error {
	if s, ok := v.(string); ok {
		return st.holdBytes(len(s))
	}
	if st.memory > st.holdFrom {
		return nil
	}
	m := &measure{most: st.program.limits.Value, credit: holdCredit*(st.program.limits.Memory-st.memory) - st.measured}
	m.add(v)
	st.measured += m.cost
	return st.holdBytes(int(m.bytes))
}

// holdCredit is how many times each allocated byte may be measured: a part is measured again in whatever holds it.
const holdCredit = 4

func (st *state) holdBytes(n int) error {
	if most := st.program.limits.Value; most > 0 && int64(n) > most {
		return st.tooMuchMemory()
	}
	return nil
}

// holdThreshold is how much memory is left when values must be measured; below zero that is never so.
func (l Limits) holdThreshold() int64 {
	if l.Value <= 0 {
		return -1 << 62
	}
	return l.Memory - l.Value/2
}

// scalarBytes is what a number, a boolean or null holds.
const scalarBytes = 8

// measure adds up what a value holds, until that is too much or measuring costs more than there is credit for.
type measure struct {
	bytes, most  int64
	cost, credit int64
	depth        int
}

// add reports whether there is more to be measured.
func (m *measure) add(v any) bool {
	if items, ok := elements(v); ok {
		return m.each(nil, items)
	}
	if keys, values, ok := entries(v); ok {
		return m.each(keys, values)
	}
	if s, ok := v.(string); ok {
		return m.count(len(s))
	}
	return m.count(scalarBytes)
}

func (m *measure) count(n int) bool {
	m.bytes += int64(n)
	m.cost += int64(max(n, scalarBytes))
	return m.bytes <= m.most && m.cost <= m.credit
}

func (m *measure) each(keys []string, values []any) bool {
	m.cost += scalarBytes
	if m.depth++; m.depth > maxScanDepth || m.cost > m.credit {
		return false
	}
	for i, v := range values {
		if keys != nil && !m.count(len(keys[i])) || !m.add(v) {
			return false
		}
	}
	m.depth--
	return true
}
