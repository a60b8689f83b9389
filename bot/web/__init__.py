"""The web part: public numbers, a counter for websites, share pages; and what operators watch.

It only reads, with one exception: a campaign's source link "website" is made when it is first
needed. Nobody who looks leaves a trace: no cookies, no addresses in the log, nothing kept.
"""
