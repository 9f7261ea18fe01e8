package sheet

import (
	"encoding/binary"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// codePage is how texts before BIFF 8 are written; 0 is that of Western Windows.
type codePage int

// pages are the code pages that are read ([MS-XLS] §2.4.52).
var pages = map[codePage]encoding.Encoding{
	932: japanese.ShiftJIS, 936: simplifiedchinese.GBK, 949: korean.EUCKR, 950: traditionalchinese.Big5,
	0: charmap.Windows1252, 437: charmap.CodePage437, 850: charmap.CodePage850, 852: charmap.CodePage852, 855: charmap.CodePage855, 858: charmap.CodePage858,
	860: charmap.CodePage860, 862: charmap.CodePage862, 863: charmap.CodePage863, 865: charmap.CodePage865, 866: charmap.CodePage866, 874: charmap.Windows874,
	1250: charmap.Windows1250, 1251: charmap.Windows1251, 1252: charmap.Windows1252, 1253: charmap.Windows1253, 1254: charmap.Windows1254, 1255: charmap.Windows1255,
	1256: charmap.Windows1256, 1257: charmap.Windows1257, 1258: charmap.Windows1258, 10000: charmap.Macintosh, 32768: charmap.Macintosh, 32769: charmap.Windows1252,
}

func (p codePage) text(content []byte) (string, error) {
	page := pages[p]
	if page == nil {
		for _, c := range content {
			if c >= utf8.RuneSelf {
				return "", fmt.Errorf("the workbook is written in code page %d, which is not read", p)
			}
		}
		return string(content), nil
	}
	text, err := page.NewDecoder().Bytes(content)
	return string(text), err
}

// text reads a text whose length, of one or two bytes, stands at a place.
func (b *xls) text(data []byte, at, lengthSize int) (string, error) {
	if len(data) < at+lengthSize {
		return "", errTruncated
	}
	length := int(data[at])
	if lengthSize == 2 {
		length = int(binary.LittleEndian.Uint16(data[at:]))
	}
	at += lengthSize
	if b.wide {
		in := &pieces{parts: [][]byte{data[at:]}}
		return in.unicode(length)
	}
	if len(data) < at+length {
		return "", errTruncated
	}
	return b.texts.text(data[at : at+length])
}

// textOver reads a text with a length of two bytes that may go on in further records.
func (b *xls) textOver(parts [][]byte, at int) (string, error) {
	if len(parts[0]) < at+2 {
		return "", errTruncated
	}
	length := int(binary.LittleEndian.Uint16(parts[0][at:]))
	in := &pieces{parts: append([][]byte{parts[0][at+2:]}, parts[1:]...)}
	if b.wide {
		return in.unicode(length)
	}
	content, err := in.bytes(length)
	if err != nil {
		return "", err
	}
	return b.texts.text(content)
}

// learn reads the shared texts that the cells have ([MS-XLS] §2.4.265).
func (b *xls) learn(g *grid) error {
	needed := g.needed()
	if len(needed) == 0 {
		return nil
	}
	in := &pieces{parts: b.shared}
	if _, err := in.bytes(8); err != nil {
		return err
	}
	for number := 0; len(needed) > 0; number++ {
		if number%stepsBetween == 0 && g.ctx.Err() != nil {
			return g.ctx.Err()
		}
		text, err := in.rich()
		if err != nil {
			return err
		}
		if !needed[number] {
			continue
		}
		delete(needed, number)
		if err := g.learn(number, text); err != nil {
			return err
		}
	}
	return nil
}

// pieces are the content of a record and of those that continue it.
type pieces struct{ parts [][]byte }

// bytes gives the next bytes, over the ends of records.
func (p *pieces) bytes(count int) ([]byte, error) {
	p.forward()
	if len(p.parts) > 0 && len(p.parts[0]) >= count {
		found := p.parts[0][:count]
		p.parts[0] = p.parts[0][count:]
		return found, nil
	}
	var found []byte
	for count > 0 {
		p.forward()
		if len(p.parts) == 0 {
			return nil, errTruncated
		}
		some := min(count, len(p.parts[0]))
		found = append(found, p.parts[0][:some]...)
		p.parts[0] = p.parts[0][some:]
		count -= some
	}
	return found, nil
}

// forward leaves records that are read to their end.
func (p *pieces) forward() {
	for len(p.parts) > 0 && len(p.parts[0]) == 0 {
		p.parts = p.parts[1:]
	}
}

// Flags of a text.
const (
	wideFlag     = 0x01
	phoneticFlag = 0x04
	richFlag     = 0x08
)

// unicode reads the flags and the characters of a text of a length.
func (p *pieces) unicode(length int) (string, error) {
	if length == 0 {
		_, _ = p.bytes(1) // some leave the flags out
		return "", nil
	}
	flags, err := p.bytes(1)
	if err != nil {
		return "", err
	}
	return p.characters(length, flags[0])
}

// rich reads a text of the table of shared texts, and leaves out how it looks and how it is spoken.
func (p *pieces) rich() (string, error) {
	head, err := p.bytes(3)
	if err != nil {
		return "", err
	}
	length, flags := int(binary.LittleEndian.Uint16(head)), head[2]
	behind := 0
	if flags&richFlag != 0 {
		runs, err := p.bytes(2)
		if err != nil {
			return "", err
		}
		behind += 4 * int(binary.LittleEndian.Uint16(runs))
	}
	if flags&phoneticFlag != 0 {
		size, err := p.bytes(4)
		if err != nil {
			return "", err
		}
		behind += int(binary.LittleEndian.Uint32(size))
	}
	text, err := p.characters(length, flags)
	if err != nil {
		return "", err
	}
	return text, p.skip(behind)
}

func (p *pieces) skip(count int) error {
	for count > 0 {
		p.forward()
		if len(p.parts) == 0 {
			return errTruncated
		}
		some := min(count, len(p.parts[0]))
		p.parts[0] = p.parts[0][some:]
		count -= some
	}
	return nil
}

// characters reads a text of a length. In each further record flags stand before its characters, which may be of the other size.
func (p *pieces) characters(length int, flags byte) (string, error) {
	units := make([]uint16, 0, min(length, 1<<12))
	for length > 0 {
		if len(p.parts) > 0 && len(p.parts[0]) == 0 {
			p.forward()
			if len(p.parts) == 0 {
				return "", errTruncated
			}
			flags = p.parts[0][0]
			p.parts[0] = p.parts[0][1:]
		}
		if len(p.parts) == 0 {
			return "", errTruncated
		}
		size := 1
		if flags&wideFlag != 0 {
			size = 2
		}
		count := min(length, len(p.parts[0])/size)
		if count == 0 && len(p.parts[0]) > 0 {
			return "", errTruncated
		}
		for i := range count {
			unit := uint16(p.parts[0][i*size])
			if size == 2 {
				unit |= uint16(p.parts[0][i*size+1]) << 8
			}
			units = append(units, unit)
		}
		p.parts[0] = p.parts[0][count*size:]
		length -= count
	}
	return string(utf16.Decode(units)), nil
}
