package sheet

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// compoundSignature begins a compound file.
const compoundSignature = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"

const (
	headerSize    = 512
	directorySize = 128 // of an entry
	mostSector    = 0xFFFFFFFA
	streamEntry   = 2
	rootEntry     = 5
)

// compound is a compound file: streams in chains of sectors, as a file system has them ([MS-CFB]).
type compound struct {
	file       []byte
	sectorSize int
	miniSize   int
	cutoff     int      // streams that are shorter lie in mini sectors
	next       []uint32 // of each sector
	miniNext   []uint32
	mini       []byte
	directory  []byte
}

func openCompound(file []byte) (*compound, error) {
	if len(file) < headerSize {
		return nil, errTruncated
	}
	word := func(at int) uint32 { return binary.LittleEndian.Uint32(file[at:]) }
	shift, miniShift := binary.LittleEndian.Uint16(file[30:]), binary.LittleEndian.Uint16(file[32:])
	if shift < 7 || shift > 16 || miniShift < 4 || miniShift >= shift {
		return nil, errTruncated
	}
	c := &compound{file: file, sectorSize: 1 << shift, miniSize: 1 << miniShift, cutoff: int(word(56))}
	c.readTable(word(68))
	c.directory = c.chain(word(48))
	c.miniNext = words(c.chain(word(60)))
	for entry := range c.entries {
		if entry.kind == rootEntry {
			c.mini = c.chain(entry.start)
			break
		}
	}
	return c, nil
}

// readTable reads the table of chains, whose own sectors the header lists, and further sectors from a first one on.
func (c *compound) readTable(further uint32) {
	sectors := words(c.file[76:headerSize])
	for range len(c.file)/c.sectorSize + 1 {
		list := words(c.sector(further))
		if len(list) == 0 {
			break
		}
		sectors = append(sectors, list[:len(list)-1]...)
		further = list[len(list)-1]
	}
	for _, number := range sectors {
		if len(c.next) > len(c.file)/c.sectorSize {
			break
		}
		if number < mostSector {
			c.next = append(c.next, words(c.sector(number))...)
		}
	}
}

func words(content []byte) []uint32 {
	list := make([]uint32, len(content)/4)
	for i := range list {
		list[i] = binary.LittleEndian.Uint32(content[4*i:])
	}
	return list
}

// sector is the content of a sector, nil when the file has none of the number. The last one may be cut off.
func (c *compound) sector(number uint32) []byte {
	begin := (int64(number) + 1) * int64(c.sectorSize)
	if number >= mostSector || begin >= int64(len(c.file)) {
		return nil
	}
	return c.file[begin:min(begin+int64(c.sectorSize), int64(len(c.file)))]
}

// chain is the content of the sectors from a first one on. A chain that comes back to itself ends after as many sectors as the file has.
func (c *compound) chain(first uint32) []byte {
	var content []byte
	for number := first; len(content) <= len(c.file); {
		sector := c.sector(number)
		if sector == nil {
			break
		}
		content = append(content, sector...)
		if int64(number) >= int64(len(c.next)) {
			break
		}
		number = c.next[number]
	}
	return content
}

// miniChain is a chain in the mini stream.
func (c *compound) miniChain(first uint32, size int) []byte {
	var content []byte
	for number := first; len(content) < size; {
		begin := int64(number) * int64(c.miniSize)
		if number >= mostSector || begin >= int64(len(c.mini)) {
			break
		}
		content = append(content, c.mini[begin:min(begin+int64(c.miniSize), int64(len(c.mini)))]...)
		if int64(number) >= int64(len(c.miniNext)) {
			break
		}
		number = c.miniNext[number]
	}
	return content
}

// entry is a stream or a storage.
type entry struct {
	name  string
	kind  byte
	start uint32
	size  int
}

func (c *compound) entries(yield func(entry) bool) {
	for rest := c.directory; len(rest) >= directorySize; rest = rest[directorySize:] {
		length := int(binary.LittleEndian.Uint16(rest[64:]))
		if length < 2 || length > 64 {
			continue
		}
		name := make([]uint16, length/2-1)
		for i := range name {
			name[i] = binary.LittleEndian.Uint16(rest[2*i:])
		}
		one := entry{string(utf16.Decode(name)), rest[66], binary.LittleEndian.Uint32(rest[116:]), int(binary.LittleEndian.Uint32(rest[120:]))}
		if !yield(one) {
			return
		}
	}
}

// stream is the content of the first stream of a name, whatever its case.
func (c *compound) stream(name string) ([]byte, bool) {
	for one := range c.entries {
		if one.kind != streamEntry || !strings.EqualFold(one.name, name) {
			continue
		}
		var content []byte
		if one.size < c.cutoff {
			content = c.miniChain(one.start, one.size)
		} else {
			content = c.chain(one.start)
		}
		return content[:min(one.size, len(content))], true
	}
	return nil, false
}
