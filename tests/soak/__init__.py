"""Load and endurance: one real server, many clients, thousands of runs."""
