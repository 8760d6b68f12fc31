"""What `make bench` measures: claims about speed, each with the bound that it must keep."""
