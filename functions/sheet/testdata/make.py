"""Writes the files of this folder: make.py FOLDER"""
import datetime
import sys

import openpyxl
import xlwt

folder = sys.argv[1]
header = ["sku", "price", "since", "at", "sold", "note", "total"]
rows = [
    ["p1", 2.5, datetime.date(2024, 2, 29), datetime.datetime(2024, 2, 29, 13, 14, 15), True, "Füller 😀\n=1+1"],
    ["p2", -1073741824, datetime.date(1900, 3, 1), datetime.datetime(1999, 12, 31, 23, 59, 59), False, "日本"],
    [None, 1e-9, None, None, None, "x" * 9000],
]
book = xlwt.Workbook()
book.add_sheet("Hidden").visibility = 1
sheet = book.add_sheet("Prices")
styles = {2: xlwt.easyxf(num_format_str="dd.mm.yyyy"), 3: xlwt.easyxf(num_format_str="m/d/yy h:mm:ss")}
for column, name in enumerate(header):
    sheet.write(1, column + 1, name)
for at, row in enumerate(rows):
    for column, value in enumerate(row):
        if value is not None:
            sheet.write(at + 3, column + 1, value, styles.get(column, xlwt.Style.default_style))
sheet.write_merge(8, 9, 1, 2, "merged")
sheet.write(10, 7, xlwt.Formula("B4&B5"))
book.active_sheet = 1
book.save(folder + "/prices.xls")

book = openpyxl.Workbook()
book.active.title = "Hidden"
book.active.sheet_state = "hidden"
sheet = book.create_sheet("Prices")
book.active = 1
for column, name in enumerate(header):
    sheet.cell(2, column + 2, name)
for at, row in enumerate(rows):
    for column, value in enumerate(row):
        sheet.cell(at + 4, column + 2, value)
sheet["B9"] = "merged"
sheet.merge_cells("B9:C10")
sheet["H11"] = "=B4&B5"
book.save(folder + "/prices.xlsx")
