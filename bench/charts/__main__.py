"""`python -m bench.charts`: redraw all charts."""

from bench.charts import draw_all

if __name__ == "__main__":
    draw_all()
