"""How certificates are read, judged, made and sealed: pure, given time and chance."""
