-- Clean-ups are jobs of their own now; the one that was all of them is run by nobody.
delete from jobs where kind = 'sweep-storage';
