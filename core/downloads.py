"""Files that visitors take along, sent while they are made."""

from collections.abc import Iterable, Sequence

from django.http import StreamingHttpResponse

from core.csv_writing import Cell, csv_blocks


def csv_response(
    filename: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> StreamingHttpResponse:
    """A download that is sent while it is made: memory does not grow with the rows.

    `filename` is ours, ASCII, never a user's text.
    """
    response = StreamingHttpResponse(
        csv_blocks(header, rows), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
