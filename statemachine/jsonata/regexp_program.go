package jsonata

// opcode is an operation of a regular expression's program.
type opcode uint8

const (
	opMatch opcode = iota
	opChar
	opCharFolded
	opSet
	opSetFolded
	opJump
	opSplit    // go on here; when that fails, at n
	opRun      // as many units as the next instruction matches; when that fails, one less, and so on
	opSave     // store the position in slot n
	opReset    // forget the groups from n up to, not including, m
	opProgress // fail unless the position differs from slot n
	opTextStart
	opLineStart
	opTextEnd
	opLineEnd
	opWordEdge
	opNoWordEdge
	opBack // the text of group n
	opLook // the program up to n must, or with negate must not, match here
)

type instruction struct {
	op     opcode
	back   bool // goes leftwards, inside a lookbehind
	negate bool
	unit   uint16
	n, m   int
	set    *unitSet
}

// regexGenerator turns a regular expression's tree into a program.
type regexGenerator struct {
	program    []instruction
	ignoreCase bool
	slots      int
}

// maxProgram bounds a program; counted repetitions are written out.
const maxProgram = 100_000

func (g *regexGenerator) tooLarge() bool { return len(g.program) > maxProgram }

func (g *regexGenerator) emit(i instruction) int {
	g.program = append(g.program, i)
	return len(g.program) - 1
}

func (g *regexGenerator) here() int { return len(g.program) }

// node is a flat switch over the kinds of nodes.
func (g *regexGenerator) node(n regexNode, back bool) {
	if g.tooLarge() {
		return
	}
	switch n := n.(type) {
	case regexChar:
		if g.ignoreCase {
			g.emit(instruction{op: opCharFolded, unit: canonicalUnit(n.unit), back: back})
		} else {
			g.emit(instruction{op: opChar, unit: n.unit, back: back})
		}
	case regexSet:
		op := opSet
		if g.ignoreCase {
			op = opSetFolded
		}
		g.emit(instruction{op: op, set: n.set, back: back})
	case regexAssert:
		g.emit(instruction{op: n.op})
	case regexBack:
		g.emit(instruction{op: opBack, n: n.index, back: back})
	case regexGroup:
		g.group(n, back)
	case regexLook:
		look := g.emit(instruction{op: opLook, negate: n.negate})
		g.node(n.body, n.behind)
		g.emit(instruction{op: opMatch})
		g.program[look].n = g.here()
	case regexRepeat:
		g.repeat(n, back)
	case regexSequence:
		for i := range n.items {
			if back {
				i = len(n.items) - 1 - i
			}
			g.node(n.items[i], back)
		}
	case regexChoice:
		g.choice(n, back)
	}
}

func (g *regexGenerator) group(n regexGroup, back bool) {
	if n.index == 0 {
		g.node(n.body, back)
		return
	}
	first, last := 2*n.index, 2*n.index+1
	if back {
		first, last = last, first
	}
	g.emit(instruction{op: opSave, n: first})
	g.node(n.body, back)
	g.emit(instruction{op: opSave, n: last})
}

func (g *regexGenerator) choice(n regexChoice, back bool) {
	var jumps []int
	for i, option := range n.options {
		if i == len(n.options)-1 {
			g.node(option, back)
			break
		}
		split := g.emit(instruction{op: opSplit})
		g.node(option, back)
		jumps = append(jumps, g.emit(instruction{op: opJump}))
		g.program[split].n = g.here()
	}
	for _, j := range jumps {
		g.program[j].n = g.here()
	}
}

// repeat writes the required repetitions out, then a loop or the optional ones.
func (g *regexGenerator) repeat(n regexRepeat, back bool) {
	for i := 0; i < n.min && !g.tooLarge(); i++ {
		g.iteration(n, back)
	}
	if n.max < 0 {
		g.loop(n, back)
		return
	}
	var exits []int
	for i := n.min; i < n.max && !g.tooLarge(); i++ {
		exits = append(exits, g.optional(n, back))
	}
	for _, e := range exits {
		g.program[e].n = g.here()
	}
}

func (g *regexGenerator) iteration(n regexRepeat, back bool) {
	if n.last > n.first {
		g.emit(instruction{op: opReset, n: 2 * n.first, m: 2 * n.last})
	}
	g.node(n.body, back)
}

// optional writes one repetition that need not be, an empty one counting as a failure, and answers where its way out is to be set.
func (g *regexGenerator) optional(n regexRepeat, back bool) int {
	slot := g.slots
	g.slots++
	split := g.emit(instruction{op: opSplit})
	if n.lazy {
		// go on after the repetition; when that fails, repeat
		g.emit(instruction{op: opJump})
		g.program[split].n = g.here()
		split++
	}
	g.emit(instruction{op: opSave, n: slot})
	g.iteration(n, back)
	g.emit(instruction{op: opProgress, n: slot})
	return split
}

func (g *regexGenerator) loop(n regexRepeat, back bool) {
	if !n.lazy && !back && singleUnit(n.body) {
		g.emit(instruction{op: opRun})
		g.node(n.body, false)
		return
	}
	start := g.here()
	exit := g.optional(n, back)
	g.emit(instruction{op: opJump, n: start})
	g.program[exit].n = g.here()
}

// singleUnit tells whether a node matches exactly one code unit and captures nothing.
func singleUnit(n regexNode) bool {
	switch n := n.(type) {
	case regexChar, regexSet:
		return true
	case regexGroup:
		return n.index == 0 && singleUnit(n.body)
	case regexSequence:
		return len(n.items) == 1 && singleUnit(n.items[0])
	}
	return false
}
