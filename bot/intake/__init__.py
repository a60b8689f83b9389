"""Updates in: polling and webhook, each confirmed after it has been handled."""
