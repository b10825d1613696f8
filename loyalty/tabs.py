"""The row of tabs over loyalty's pages; each feature registers its own."""

from core.navigation import Link
from core.registry import Registry

loyalty_tabs: Registry[Link] = Registry("loyalty tabs")
