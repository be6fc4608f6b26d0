"""Measurements beside what the machine could do at best: `./run bench [names]`. No test, no pass mark."""
