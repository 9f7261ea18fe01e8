"""What other readers find in spreadsheets, and files that other writers make.

  peer.py cells FILE…   one line of JSON for each file: the cells of each sheet as [row, column, value], dates as Excel shows them (xlrd, openpyxl)
  peer.py write FOLDER  writes workbooks with xlwt and openpyxl, and prints their names
"""
import datetime
import json
import sys


def moment(value):
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ")[:23]
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    return value


def xls(name):
    import xlrd

    book = xlrd.open_workbook(name, formatting_info=True)
    sheets = {}
    for sheet in book.sheets():
        cells = []
        for row in range(sheet.nrows):
            for column in range(sheet.ncols):
                cell = sheet.cell(row, column)
                if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK) or cell.value == "":
                    continue
                value = cell.value
                if cell.ctype == xlrd.XL_CELL_DATE:
                    try:
                        value = moment(xlrd.xldate_as_datetime(value, book.datemode))
                    except Exception:
                        pass
                elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
                    value = bool(value)
                elif cell.ctype == xlrd.XL_CELL_ERROR:
                    value = xlrd.error_text_from_code[value]
                cells.append([row, column, value])
        sheets[sheet.name] = cells
    return sheets


def xlsx(name):
    import openpyxl

    book = openpyxl.load_workbook(name, data_only=True)
    sheets = {}
    for sheet in book.worksheets:
        sheets[sheet.title] = [[cell.row - 1, cell.column - 1, moment(cell.value)] for line in sheet.iter_rows() for cell in line if cell.value not in (None, "")]
    return sheets


def write(folder):
    import openpyxl
    import xlwt

    texts = ["a", "Ünïcödé", "日本語", "😀", " blanks ", "line\nbreak", "=1+1", "x_y", "x" * 5000, "ä" * 9000]
    book = xlwt.Workbook()
    sheet = book.add_sheet("First")
    for row in range(60):
        for column in range(8):
            sheet.write(row, column, f"{texts[(row + column) % len(texts)]} {row} {column % 3}")
    numbers = book.add_sheet("Numbers")
    date, time, both = (xlwt.easyxf(num_format_str=code) for code in ("yyyy-mm-dd", "hh:mm:ss", "d.m.yy h:mm"))
    for row, value in enumerate([0, 1, -1, 0.1, 1e300, 1234567.891, 1073741823, -536870912, 12.34, 1e-9, True, False]):
        numbers.write(row, 0, value)
        numbers.write(row, 1, 20000 + row * 7, date)
        numbers.write(row, 2, row / 24 + 0.001, time)
        numbers.write(row, 3, 44000.25 + row, both)
        numbers.write(row, 4, xlwt.Formula("1+1"))
    book.save(folder + "/xlwt.xls")

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "First"
    for row in range(60):
        sheet.append([f"{texts[(row + column) % len(texts)]} {row} {column % 3}" for column in range(8)])
    numbers = book.create_sheet("Numbers")
    moments = [datetime.datetime(2024, 2, 29, 13, 14, 15), datetime.date(1900, 1, 1), datetime.date(1900, 3, 1), datetime.date(9999, 12, 31), datetime.time(1, 2, 3), datetime.datetime(2000, 1, 1)]
    for row, value in enumerate([0, 1, -1, 0.1, 1e300, 1234567.891, True, False, 1e-9, 999999999999999]):
        numbers.append([value, moments[row % len(moments)], "#N/A", None, "last"])
    numbers.merge_cells("A12:B13")
    numbers["A12"] = "merged"
    book.save(folder + "/openpyxl.xlsx")
    print(folder + "/xlwt.xls")
    print(folder + "/openpyxl.xlsx")


if sys.argv[1] == "write":
    write(sys.argv[2])
else:
    for name in sys.argv[2:]:
        try:
            print(json.dumps((xls if name.endswith(".xls") else xlsx)(name)))
        except (KeyError, IndexError) as error:  # faults of the readers
            print(json.dumps({}))
            print(name, repr(error), file=sys.stderr)
