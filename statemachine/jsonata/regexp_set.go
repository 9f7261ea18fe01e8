package jsonata

import "unicode"

// unitRange is a range of UTF-16 code units, both ends included.
type unitRange struct{ from, to uint16 }

// unitSet is a set of UTF-16 code units.
type unitSet struct {
	ranges []unitRange
	negate bool
	ascii  [128]bool
}

func (s *unitSet) add(from, to uint16) { s.ranges = append(s.ranges, unitRange{from, to}) }

// addMember adds a code unit, or all of a set.
func (s *unitSet) addMember(unit uint16, set *unitSet) {
	if set == nil {
		s.add(unit, unit)
		return
	}
	if !set.negate {
		s.ranges = append(s.ranges, set.ranges...)
		return
	}
	next := 0
	for _, r := range set.ranges { // in order, for the sets of the classes' escapes
		if next < int(r.from) {
			s.add(uint16(next), r.from-1)
		}
		next = int(r.to) + 1
	}
	if next <= 0xFFFF {
		s.add(uint16(next), 0xFFFF)
	}
}

// prepare fills the table for ASCII.
func (s *unitSet) prepare() *unitSet {
	for i := range s.ascii {
		s.ascii[i] = s.search(uint16(i))
	}
	return s
}

func (s *unitSet) search(unit uint16) bool {
	for _, r := range s.ranges {
		if unit >= r.from && unit <= r.to {
			return !s.negate
		}
	}
	return s.negate
}

func (s *unitSet) has(unit uint16) bool {
	if unit < 128 {
		return s.ascii[unit]
	}
	return s.search(unit)
}

// hasFolded is has without regard to case.
func (s *unitSet) hasFolded(unit uint16) bool {
	in := s.has(unit) != s.negate
	canonical := canonicalUnit(unit)
	for r := unicode.SimpleFold(rune(unit)); !in && r != rune(unit); r = unicode.SimpleFold(r) {
		if r <= 0xFFFF && canonicalUnit(uint16(r)) == canonical {
			in = s.has(uint16(r)) != s.negate
		}
	}
	return in != s.negate
}

// canonicalUnit is Canonicalize without the u flag (22.2.2.7.3): upper case, but never from beyond ASCII into it.
func canonicalUnit(unit uint16) uint16 {
	if unit < 128 {
		if unit >= 'a' && unit <= 'z' {
			return unit - 32
		}
		return unit
	}
	if _, several := upperSeveral[rune(unit)]; several {
		return unit
	}
	if r := unicode.ToUpper(rune(unit)); r >= 128 && r <= 0xFFFF {
		return uint16(r)
	}
	return unit
}

func setOf(negate bool, ranges ...unitRange) *unitSet {
	return (&unitSet{ranges: ranges, negate: negate}).prepare()
}

var (
	digitRanges = []unitRange{{'0', '9'}}
	wordRanges  = []unitRange{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}
	spaceRanges = []unitRange{{9, 13}, {32, 32}, {0xA0, 0xA0}, {0x1680, 0x1680}, {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F},
		{0x205F, 0x205F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF}}
	digitSet   = setOf(false, digitRanges...)
	noDigitSet = setOf(true, digitRanges...)
	wordSet    = setOf(false, wordRanges...)
	noWordSet  = setOf(true, wordRanges...)
	spaceSet   = setOf(false, spaceRanges...)
	noSpaceSet = setOf(true, spaceRanges...)
	notLineEnd = setOf(true, unitRange{'\n', '\n'}, unitRange{'\r', '\r'}, unitRange{0x2028, 0x2029})
)

// classEscape is the set that \d, \D, \w, \W, \s or \S stands for.
func classEscape(c int) *unitSet {
	switch c {
	case 'd':
		return digitSet
	case 'D':
		return noDigitSet
	case 'w':
		return wordSet
	case 'W':
		return noWordSet
	case 's':
		return spaceSet
	case 'S':
		return noSpaceSet
	}
	return nil
}
