"""A provider's workbook of actuals, changed by row and heading as somebody does in a spreadsheet."""

import io
from datetime import date, datetime

import openpyxl


class Sheet:
    """Its sheet of actuals."""

    def __init__(self, content: bytes):
        self.book = openpyxl.load_workbook(io.BytesIO(content))
        self.sheet = self.book["Actuals"] if "Actuals" in self.book.sheetnames else self.book.worksheets[0]
        self.columns = {cell.value: cell.column for cell in self.sheet[1]}

    def rows(self) -> list[dict]:
        """Each row's cells by heading, with the number that the sheet shows."""
        return [{"row": number, **{heading: self.sheet.cell(number, column).value for heading, column in self.columns.items()}}
                for number in range(2, self.sheet.max_row + 1) if self.sheet.cell(number, self.columns["CPLI_ID"]).value is not None]

    def find(self, cpli: str, week: date) -> int:
        return next(row["row"] for row in self.rows() if str(row["CPLI_ID"]) == cpli and day_of(row["WeekStart"]) == week)

    def set(self, row: int, **cells) -> None:
        for heading, value in cells.items():
            self.sheet.cell(row, self.columns[heading], value)

    def saved(self) -> bytes:
        out = io.BytesIO()
        self.book.save(out)
        return out.getvalue()


def day_of(value: object) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else datetime.strptime(str(value), "%d/%m/%Y").date()
