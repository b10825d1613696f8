"""The size budget: small files, small functions, named migrations."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("core", "accounts", "customers", "messaging", "loyalty", "support", "retention", "crm")
FOLDERS = (*APPS, "tests", "benchmarks")
FILE_LIMIT, FUNCTION_LIMIT, VIEW_LIMIT = 500, 60, 40
NAMED_MIGRATION = re.compile(r"^\d{4}_(?!auto_|alter_|initial)[a-z0-9_]+$")


def python_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield node.name, node.end_lineno - node.lineno + 1


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_file_is_over_the_limit(folder: str) -> None:
    sizes = {
        path: len(path.read_text(encoding="utf-8").splitlines()) for path in python_files(folder)
    }

    assert {str(path): size for path, size in sizes.items() if size > FILE_LIMIT} == {}


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_function_is_over_the_limit(folder: str) -> None:
    too_long = [
        f"{path}:{name} {lines}"
        for path in python_files(folder)
        for name, lines in functions(path)
        if lines > (VIEW_LIMIT if "views" in path.parts else FUNCTION_LIMIT)
    ]

    assert too_long == []


def test_migrations_are_named() -> None:
    names = [path.stem for app in APPS for path in (ROOT / app).glob("migrations/[0-9]*.py")]

    assert len(names) >= 5
    assert [name for name in names if not NAMED_MIGRATION.match(name)] == []


def test_no_catch_all_modules() -> None:
    forbidden = {"utils.py", "helpers.py", "common.py", "misc.py"}

    assert [path for path in python_files(*APPS) if path.name in forbidden] == []


def imports_inside_functions(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name != "ready":
            for inner in ast.walk(node):
                if isinstance(inner, ast.Import | ast.ImportFrom):
                    yield f"{path}:{inner.lineno}"


def test_no_imports_inside_functions_but_in_ready() -> None:
    found = [place for path in python_files(*APPS) for place in imports_inside_functions(path)]

    assert found == []


def test_views_reach_rows_only_through_access() -> None:
    pattern = re.compile(r"\.objects\.get\(|get_object_or_404")
    views = [path for path in python_files(*APPS) if "views" in path.parts]

    assert views
    assert [path for path in views if pattern.search(path.read_text(encoding="utf-8"))] == []
