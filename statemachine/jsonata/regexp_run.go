package jsonata

// matching is the search of one text.
type matching struct {
	*regexp
	st      *state
	text    string
	ascii   bool // each byte of the text is a code unit
	input   []uint16
	slots   []int
	stack   []choicePoint
	undo    []undoEntry
	steps   int
	current found // the match at hand
	kept    bool  // a value refers to the search
}

// choicePoint is where to go on when a way fails. One that comes before runs of units goes on at each position down to least.
type choicePoint struct{ pc, pos, least, undo int }

// undoEntry is what a slot held before.
type undoEntry struct{ slot, value int }

// maxBacktracks bounds the memory that a match may use.
const maxBacktracks = 2_000_000

// search finds the first match at or after start; slots 0 and 1 tell where.
func (m *matching) search(start int) (bool, error) {
	for pos := start; pos <= len(m.input); pos++ {
		if m.begins != nil {
			if pos = m.skip(pos); pos == len(m.input) {
				break
			}
		}
		for i := range m.slots {
			m.slots[i] = -1
		}
		m.undo = m.undo[:0]
		if _, ok, err := m.run(0, pos); ok || err != nil {
			m.stack = m.stack[:0]
			return ok, err
		}
		if m.anchored {
			break
		}
	}
	return false, m.st.spend(m.takeSteps())
}

// skip goes on to where a match may begin.
func (m *matching) skip(pos int) int {
	start := pos
	for pos < len(m.input) {
		if _, ok := m.unit(m.begins, pos); ok {
			break
		}
		pos++
	}
	m.steps += (pos - start) / 8
	return pos
}

func (m *matching) takeSteps() int {
	n := m.steps
	m.steps = 0
	return n
}

func (m *matching) set(slot, value int) {
	m.undo = append(m.undo, undoEntry{slot, m.slots[slot]})
	m.slots[slot] = value
}

// revert takes back what was set since.
func (m *matching) revert(to int) {
	for len(m.undo) > to {
		e := m.undo[len(m.undo)-1]
		m.slots[e.slot] = e.value
		m.undo = m.undo[:len(m.undo)-1]
	}
}

// run executes the program from pc at pos until it matches, and tells where that ended.
func (m *matching) run(pc, pos int) (end int, ok bool, err error) {
	base := len(m.stack)
	for {
		if m.steps++; m.steps >= checkEvery {
			if err := m.st.spend(m.takeSteps()); err != nil {
				return 0, false, err
			}
		}
		next, at, ok := pc+1, pos, true
		switch i := &m.program[pc]; i.op {
		case opMatch:
			m.stack = m.stack[:base]
			return pos, true, nil
		case opJump:
			next = i.n
		case opSplit:
			if len(m.stack) >= maxBacktracks {
				return 0, false, limit("regular expression uses too much memory")
			}
			m.stack = append(m.stack, choicePoint{i.n, pos, pos, len(m.undo)})
		case opRun:
			if len(m.stack) >= maxBacktracks {
				return 0, false, limit("regular expression uses too much memory")
			}
			next, at = pc+2, m.runOf(&m.program[pc+1], pos)
			if at > pos {
				m.stack = append(m.stack, choicePoint{next, at - 1, pos, len(m.undo)})
			}
		case opSave:
			m.set(i.n, pos)
		case opReset:
			for slot := i.n; slot < i.m; slot++ {
				m.set(slot, -1)
			}
		case opProgress:
			ok = m.slots[i.n] != pos
		case opBack:
			at, ok = m.backReference(i, pos)
		case opLook:
			next = i.n
			if ok, err = m.look(i, pc+1, pos); err != nil {
				return 0, false, err
			}
		case opChar, opCharFolded, opSet, opSetFolded:
			at, ok = m.unit(i, pos)
		default:
			ok = m.assertion(i.op, pos)
		}
		if ok {
			pc, pos = next, at
			continue
		}
		if len(m.stack) == base {
			return 0, false, nil
		}
		c := &m.stack[len(m.stack)-1]
		m.revert(c.undo)
		pc, pos = c.pc, c.pos
		if c.pos--; c.pos < c.least {
			m.stack = m.stack[:len(m.stack)-1]
		}
	}
}

// runOf is where a run of units that an instruction matches ends.
func (m *matching) runOf(i *instruction, pos int) int {
	start := pos
	for {
		after, ok := m.unit(i, pos)
		if !ok {
			m.steps += pos - start
			return pos
		}
		pos = after
	}
}

// unit matches one code unit.
func (m *matching) unit(i *instruction, pos int) (int, bool) {
	at, after := pos, pos+1
	if i.back {
		at, after = pos-1, pos-1
	}
	if at < 0 || at >= len(m.input) {
		return pos, false
	}
	unit := m.input[at]
	ok := false
	switch i.op {
	case opChar:
		ok = unit == i.unit
	case opCharFolded:
		ok = canonicalUnit(unit) == i.unit
	case opSet:
		ok = i.set.has(unit)
	case opSetFolded:
		ok = i.set.hasFolded(unit)
	}
	return after, ok
}

// backReference matches what a group has matched; a group that has not taken part matches the empty text.
func (m *matching) backReference(i *instruction, pos int) (int, bool) {
	start, end := m.slots[2*i.n], m.slots[2*i.n+1]
	if start < 0 || end < 0 {
		return pos, true
	}
	size := end - start
	at, after := pos, pos+size
	if i.back {
		at, after = pos-size, pos-size
	}
	if at < 0 || at+size > len(m.input) {
		return pos, false
	}
	for k := range size {
		a, b := m.input[start+k], m.input[at+k]
		if a != b && (!m.folds() || canonicalUnit(a) != canonicalUnit(b)) {
			return pos, false
		}
	}
	m.steps += size
	return after, true
}

func (m *matching) folds() bool { return m.ignoreCase }

// look tells whether a lookahead or lookbehind holds. What it captures stays when it is positive.
func (m *matching) look(i *instruction, pc, pos int) (bool, error) {
	mark := len(m.undo)
	_, ok, err := m.run(pc, pos)
	if i.negate || !ok {
		m.revert(mark)
	}
	return ok != i.negate, err
}

func (m *matching) assertion(op opcode, pos int) bool {
	switch op {
	case opTextStart:
		return pos == 0
	case opTextEnd:
		return pos == len(m.input)
	case opLineStart:
		return pos == 0 || isLineEnd(m.input[pos-1])
	case opLineEnd:
		return pos == len(m.input) || isLineEnd(m.input[pos])
	case opWordEdge:
		return m.wordAt(pos-1) != m.wordAt(pos)
	}
	return m.wordAt(pos-1) == m.wordAt(pos)
}

func isLineEnd(unit uint16) bool { return !notLineEnd.has(unit) }

func (m *matching) wordAt(pos int) bool {
	return pos >= 0 && pos < len(m.input) && wordSet.has(m.input[pos])
}
