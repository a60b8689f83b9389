"""`python -m bench.charts`: draw all charts anew."""

from bench.charts import draw_all

if __name__ == "__main__":
    draw_all()
