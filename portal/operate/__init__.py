"""How the portal is watched from outside: lines, probes, heartbeats, figures. It knows no tenant's rows."""
