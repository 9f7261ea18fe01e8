package pyregexp

import (
	"regexp/syntax"
	"unicode/utf8"
)

// machine runs a program over a text: all ways to match at once, in the order in which Python would try them.
type machine struct {
	*Regexp
	text     string
	spend    func(work int) error
	captures bool
	queues   [2]queue
	work     int // since it was last spent
}

// thread is a way to match: the instruction that it is at, and where its groups began and ended.
type thread struct {
	at    uint32
	start int
	ends  []int
}

// queue are the threads at a place of the text. An instruction that is marked by turn is among them already.
type queue struct {
	threads []thread
	marks   []int
	turn    int
}

func (q *queue) reset(size int) {
	if q.marks == nil {
		q.marks = make([]int, size)
	}
	q.threads = q.threads[:0]
	q.turn++
}

// match gives the places of the first match at or behind from, those of its groups behind them (-1, or left out, where a
// group has none), nil where there is no match. advance says that a match at from must not be empty.
func (m *machine) match(from int, advance bool) ([]int, error) {
	now, next := &m.queues[0], &m.queues[1]
	now.reset(len(m.program.Inst))
	next.reset(len(m.program.Inst))
	var found []int
	for at := from; ; {
		if found == nil {
			m.add(now, uint32(m.program.Start), at, thread{start: at})
		}
		if len(now.threads) == 0 && found != nil {
			return found, nil
		}
		m.work += 1 + len(now.threads)
		if err := m.spend(1 + m.work/4); err != nil {
			return nil, err
		}
		m.work = 0
		r, size := rune(-1), 0
		if at < len(m.text) {
			r, size = utf8.DecodeRuneInString(m.text[at:])
		}
		found = m.step(now, next, r, at, size, found, advance && at == from)
		if size == 0 {
			return found, nil
		}
		now, next = next, now
		next.reset(len(m.program.Inst))
		at += size
	}
}

// step moves the threads over a character. A thread that has matched ends those behind it.
func (m *machine) step(now, next *queue, r rune, at, size int, found []int, refuseEmpty bool) []int {
	for _, t := range now.threads {
		instruction := &m.program.Inst[t.at]
		if instruction.Op == syntax.InstMatch {
			if refuseEmpty && t.start == at {
				continue
			}
			return append([]int{t.start, at}, t.ends...)
		}
		if size > 0 && instruction.MatchRune(r) {
			m.add(next, instruction.Out, at+size, t)
		}
	}
	return found
}

// add puts the instructions on a queue that are reached without a character.
func (m *machine) add(q *queue, pc uint32, at int, t thread) {
	for q.marks[pc] != q.turn {
		q.marks[pc] = q.turn
		m.work++
		switch instruction := &m.program.Inst[pc]; instruction.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			m.add(q, instruction.Out, at, t)
			pc = instruction.Arg
		case syntax.InstCapture:
			t = m.capture(t, int(instruction.Arg)-2, at)
			pc = instruction.Out
		case syntax.InstEmptyWidth:
			if !m.holds(syntax.EmptyOp(instruction.Arg), at) {
				return
			}
			pc = instruction.Out
		case syntax.InstNop:
			pc = instruction.Out
		case syntax.InstFail:
			return
		default:
			t.at = pc
			q.threads = append(q.threads, t)
			return
		}
	}
}

// capture notes where a group begins or ends.
func (m *machine) capture(t thread, i, at int) thread {
	if !m.captures || i < 0 {
		return t
	}
	ends := make([]int, 2*len(m.groups))
	if copy(ends, t.ends) == 0 {
		for i := range ends {
			ends[i] = -1
		}
	}
	ends[i] = at
	t.ends = ends
	return t
}

// holds tells whether a place is what an instruction asks for.
func (m *machine) holds(op syntax.EmptyOp, at int) bool {
	before, _ := utf8.DecodeLastRuneInString(m.text[:at])
	behind, _ := utf8.DecodeRuneInString(m.text[at:])
	isFirst, isLast := at == 0, at == len(m.text)
	boundary := (!isFirst && word(before)) != (!isLast && word(behind))
	switch {
	case op&syntax.EmptyBeginText != 0 && !isFirst,
		op&syntax.EmptyEndText != 0 && !isLast && !(m.dollar && m.text[at:] == "\n"),
		op&syntax.EmptyBeginLine != 0 && !isFirst && before != '\n',
		op&syntax.EmptyEndLine != 0 && !isLast && behind != '\n',
		op&syntax.EmptyWordBoundary != 0 && !boundary,
		op&syntax.EmptyNoWordBoundary != 0 && (boundary || len(m.text) == 0):
		return false
	}
	return true
}
